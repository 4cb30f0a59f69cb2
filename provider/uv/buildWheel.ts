import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import { shellWord } from "../lib/messages/shellWord.js";
import { readRegularFile } from "../lib/regularFile.js";
import type { Target } from "../runtimes/index.js";
import { runUv, type UvContext } from "./context.js";
import { uvError } from "./errors/uvErrors.js";
import { runOfflineFirst } from "./offlineFirst.js";
import { pythonForBuilds } from "./programs/python.js";

export interface BuildWheel {
  /**
   * Absolute folder with a pyproject.toml that has a [build-system]. The caller has checked that: otherwise uv would
   * write into it.
   */
  readonly packageFolder: string;
  /** If that folder is in a copy: the original and the copy, absolute. Messages then name the original. */
  readonly copied?: { readonly original: string; readonly copy: string } | undefined;
  readonly root: string;
  readonly target: Target;
  /** Absolute, empty, private. */
  readonly outFolder: string;
  /** The result of `pythonForBuilds`. Default: it is called. */
  readonly python?: string;
  /** Packages of the build environment that uv must not take from its cache. Needs the network, unless empty. */
  readonly refresh?: readonly string[];
  /** Further variables for the build backend. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Builds a local package anew and returns the wheel's path. Uses an interpreter of the target's version if there is
 * one. Throws LOCAL_BUILD_FAILED, NETWORK, INDEX_AUTH, PYTHON_NOT_FOUND.
 */
export async function buildWheel(context: UvContext, build: BuildWheel): Promise<string> {
  const { packageFolder, root, target, outFolder, refresh = [] } = build;
  const python = build.python ?? (await pythonForBuilds(context, root, target));
  const args = [
    "build",
    "--wheel",
    `--out-dir=${outFolder}`,
    `--python=${python}`,
    "--no-create-gitignore",
    ...refresh.map((name) => `--refresh-package=${name}`),
    packageFolder,
  ];
  const shownFolder = inOriginal(packageFolder, build);
  const runOptions = {
    cwd: root,
    purpose: `building ${path.basename(shownFolder)}`,
    environment: build.environment ?? {},
  };
  // uv refuses to refresh offline.
  const run = refresh.length === 0 ? runOfflineFirst : runUv;
  const result = await run(context, args, runOptions);
  if (result.exitCode !== 0) throw buildError(context, build, result.stderr);
  const wheels = (await fs.readdir(outFolder)).filter((file) => file.endsWith(".whl"));
  if (wheels.length === 1) return path.join(outFolder, wheels[0] as string);
  throw new UvLambdaError(
    "LOCAL_BUILD_FAILED",
    `Building ${shownFolder} produced ${wheels.length} wheels instead of one.`,
  );
}

/** These causes are not the package's fault and keep their code. Any other error means that the build failed. */
const ownCodes: ReadonlySet<string> = new Set([
  "NETWORK",
  "INDEX_AUTH",
  "PYTHON_NOT_FOUND",
  "STORE_FULL",
  "UV_UNUSABLE",
]);

/** The copy is gone when somebody reads the message. */
function inOriginal(text: string, { copied }: BuildWheel): string {
  return copied === undefined ? text : text.replaceAll(copied.copy, copied.original);
}

function buildError(context: UvContext, build: BuildWheel, stderr: string): UvLambdaError {
  const { root } = build;
  const folder = inOriginal(build.packageFolder, build);
  const error = uvError(inOriginal(stderr, build), {
    command: "uv build",
    root,
    uvPath: context.path,
    secrets: context.secrets,
  });
  if (ownCodes.has(error.code)) return error;
  // Its first line repeats this.
  const output = error.code === "LOCAL_BUILD_FAILED" ? error.message.replace(/^.*\n/, "") : error.message;
  return new UvLambdaError("LOCAL_BUILD_FAILED", `The local package in ${folder} could not be built:\n${output}`, {
    hint:
      byteOrderMarkHint(build) ??
      matchRuntimeHint(output) ??
      folderLinkHint(output) ??
      missingModuleHint(output) ??
      versionHint(output) ??
      `\`uv build --wheel ${shellWord(folder)}\` shows the whole output.`,
  });
}

/** uv reads such a file, but Python's TOML parser, which most backends use, does not. */
function byteOrderMarkHint(build: BuildWheel): string | undefined {
  const file = path.join(build.packageFolder, "pyproject.toml");
  if (!existsSync(file) || readRegularFile(file).subarray(0, 3).toString("hex") !== "efbbbf") return undefined;
  return (
    `${inOriginal(file, build)} begins with a byte order mark, which most build backends cannot read. ` +
    "To fix this, save it as UTF-8 without one."
  );
}

/** uv_build does not follow links to folders, as folders of shared code are linked. */
function folderLinkHint(output: string): string | undefined {
  const link = /failed to read from file `([^`]{1,1000})`: Is a directory/.exec(output)?.[1];
  return link === undefined
    ? undefined
    : `${link} is a link to a folder, which uv_build does not follow. To fix this, remove the link and name its target in ` +
        "`copyFiles`, or make the target a package and a path dependency.";
}

/** uv's own hint is to install it beside, which helps nobody here: each build has an environment of its own. */
function missingModuleHint(output: string): string | undefined {
  const [, name = "", module = ""] =
    /error likely indicates that `([^`@]{1,200})[^`]{0,200}` depends on `([^`]{1,200})`/.exec(output) ?? [];
  return module === ""
    ? undefined
    : `To fix this, add ${module} to \`build-system.requires\` of ${name}. If it is there, remove ${name} from no-build-isolation-package, ` +
        "or remove no-build-isolation, in [tool.uv].";
}

/** setuptools-scm and its like, in a copy without `.git`, such as a container has. */
function versionHint(output: string): string | undefined {
  return /SETUPTOOLS_SCM_PRETEND_VERSION|\bPBR_VERSION\b/.test(output)
    ? "To fix this, build in a clone of the repository with its tags (in CI: `fetch-depth: 0`), or give the backend a fallback version in " +
        "pyproject.toml. Variables such as SETUPTOOLS_SCM_PRETEND_VERSION do not reach the build: what ships must not depend on the machine."
    : undefined;
}

/** uv matches a build requirement with the lock only when it installs. A build alone has no lock. */
function matchRuntimeHint(output: string): string | undefined {
  const found =
    /Extra build requirement `?([^\s`]{1,200})`? was declared with `?match-runtime = true`?, but `?([^\s`]{1,200})/.exec(
      output,
    );
  if (found === null) return undefined;
  const [, requirement = "", name = ""] = found;
  return (
    `To fix this, write the version from uv.lock, without match-runtime: \`extra-build-dependencies = { ${name} = ["${requirement}==<version>"] }\`; ` +
    "or build it elsewhere and depend on its wheel."
  );
}
