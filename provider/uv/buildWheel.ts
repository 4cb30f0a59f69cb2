import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import type { Target } from "../runtimes/index.js";
import type { UvContext } from "./context.js";
import { uvError } from "./errors.js";
import { runOfflineFirst } from "./offlineFirst.js";
import { pythonForBuilds } from "./python.js";

export interface BuildWheel {
  /** Absolute folder with a pyproject.toml that has a [build-system]: the caller has checked, else uv would write into it. */
  readonly packageFolder: string;
  readonly root: string;
  readonly target: Target;
  /** Absolute, empty, private. */
  readonly outFolder: string;
  /** What `pythonForBuilds` gave; asked for when absent. */
  readonly python?: string;
  /** Further variables for the build backend. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Builds a local package afresh and returns the wheel's path. An interpreter of the target's version is used if there is one.
 * Throws LOCAL_BUILD_FAILED, NETWORK, INDEX_AUTH, PYTHON_NOT_FOUND.
 */
export async function buildWheel(context: UvContext, build: BuildWheel): Promise<string> {
  const { packageFolder, root, target, outFolder } = build;
  const python = build.python ?? (await pythonForBuilds(context, root, target));
  const args = [
    "build",
    "--wheel",
    `--out-dir=${outFolder}`,
    `--python=${python}`,
    "--no-create-gitignore",
    packageFolder,
  ];
  const name = path.basename(packageFolder);
  const result = await runOfflineFirst(context, args, {
    cwd: root,
    purpose: `building ${name}`,
    environment: build.environment ?? {},
  });
  if (result.exitCode !== 0) throw buildError(context, build, result.stderr);
  const wheels = (await fs.readdir(outFolder)).filter((file) => file.endsWith(".whl"));
  if (wheels.length === 1) return path.join(outFolder, wheels[0] as string);
  throw new UvLambdaError(
    "LOCAL_BUILD_FAILED",
    `Building ${packageFolder} gave ${wheels.length} wheels instead of one.`,
  );
}

/** The causes that are not the package's own keep their code; whatever else went wrong, the build failed. */
const ownCodes: ReadonlySet<string> = new Set([
  "NETWORK",
  "INDEX_AUTH",
  "PYTHON_NOT_FOUND",
  "STORE_FULL",
  "UV_UNUSABLE",
]);

function buildError(context: UvContext, { packageFolder, root }: BuildWheel, stderr: string): UvLambdaError {
  const error = uvError(stderr, { command: "uv build", root, uvPath: context.path, secrets: context.secrets });
  if (ownCodes.has(error.code)) return error;
  return new UvLambdaError(
    "LOCAL_BUILD_FAILED",
    `The local package in ${packageFolder} could not be built:\n${error.message}`,
    {
      hint: `\`uv build --wheel ${packageFolder}\` shows the whole output.`,
    },
  );
}
