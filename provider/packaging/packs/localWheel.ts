import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import { buildInCopy, copyForBuild, setuptoolsScratchConfig } from "../../project/backend/buildBackend.js";
import type { BuildTools } from "../../project/backend/buildTools.js";
import type { Pyproject } from "../../project/pyproject.js";
import { ignoreFiles, packageFiles, type SourceFile } from "../../project/sources/sourceFiles.js";
import { compatibleTags, wheelFits } from "../../project/wheels/wheelTags.js";
import { buildWheel, type BuildWheel } from "../../uv/buildWheel.js";
import type { UvContext } from "../../uv/context.js";
import type { LocalFolder } from "../closure/readClosure.js";
import type { PackWork } from "./packWork.js";

/** A local package as its build files describe it. */
export interface LocalSource extends LocalFolder {
  readonly pyproject: Pyproject | undefined;
  readonly tools: BuildTools;
  /** Absolute folders of others inside of it. */
  readonly without: readonly string[];
  /** As its key knows them. Absent if its build may write some of them. */
  readonly files?: readonly SourceFile[];
  /** Whether the result depends on more than files: then it is built in every run, in place. */
  readonly isVersionedUnseen: boolean;
}

/**
 * Builds the wheel anew, because uv's cache could return a stale one. Returns its path in `scratch`. Throws what
 * `buildWheel` throws, and UNSUITABLE_WHEEL.
 */
export async function localWheel(work: PackWork, local: LocalSource, scratch: string): Promise<string> {
  // For any other package, its key has asked that.
  if (local.isVersionedUnseen) packageFiles(await fs.realpath(local.folder), local.without);
  const plan = await planBuild(work, local, scratch);
  const uv = await work.builder.uv(scratch);
  return suitableWheel(work, local, path.join(scratch, "wheels"), { ...plan, uv });
}

type BuildPlan = Pick<BuildWheel, "packageFolder" | "copied" | "refresh" | "environment">;

/** Where the package is built, and how. */
async function planBuild(work: PackWork, local: LocalSource, scratch: string): Promise<BuildPlan> {
  const { folder, pyproject, tools, files } = local;
  const environment = pyproject?.buildSystem?.backend === "uv_build" ? {} : await backendEnvironment(scratch);
  if (files === undefined || !isCopied(work, local))
    return { packageFolder: folder, refresh: tools.names, environment };
  const copied = await copyForBuild(folder, path.join(scratch, "source"), [...tools.files, ...files]);
  return { packageFolder: copied.folder, copied, environment: { ...environment, ...(await endOfSearch(scratch)) } };
}

function isCopied({ builder }: PackWork, { pyproject, tools }: LocalSource): boolean {
  if (pyproject === undefined) return true;
  // A container sees only the workspace. A copy includes what the package reads from outside of it.
  // Its build tools may write into their own folders, and uv's cache does not know them in a copy.
  return builder.identity !== undefined || tools.names.length > 0 || buildInCopy(pyproject);
}

/** Ends the search of backends and git in the folders above: what is around the store must not decide what ships. */
async function endOfSearch(scratch: string): Promise<Record<string, string>> {
  for (const { boundary } of ignoreFiles) await fs.mkdir(path.join(scratch, boundary));
  return { GIT_CEILING_DIRECTORIES: scratch };
}

/** Tells setuptools to leave the source unchanged even if it must build in place. */
async function backendEnvironment(scratch: string): Promise<Record<string, string>> {
  const folder = path.join(scratch, "setuptools");
  const file = path.join(scratch, "setuptools.cfg");
  await fs.mkdir(folder);
  await fs.writeFile(file, setuptoolsScratchConfig(folder));
  return { DIST_EXTRA_CONFIG: file };
}

/**
 * Any interpreter builds a pure package. A package that compiles is built again with the target's version, if there is
 * one.
 */
async function suitableWheel(
  work: PackWork,
  local: LocalSource,
  folder: string,
  { uv, ...how }: BuildPlan & { readonly uv: UvContext },
): Promise<string> {
  const { builder, project, target } = work;
  const tags = compatibleTags(target);
  const build = async (python: string, outFolder: string) => {
    await fs.mkdir(outFolder, { recursive: true });
    return buildWheel(uv, { ...how, root: project.root, target, outFolder, python });
  };
  const first = await build(await builder.anyPython(), path.join(folder, "any"));
  if (wheelFits(path.basename(first), tags)) return first;
  const python = await builder.targetPython();
  const second = python === undefined ? first : await build(python, path.join(folder, "target"));
  // What was compiled here runs here. Its tags say whether it runs in Lambda, and the check of binaries verifies that.
  if (wheelFits(path.basename(second), tags)) return second;
  const version = `cp3${target.minor}`;
  const withIt = path.basename(second).replace(/-cp3\d+-cp3\d+-([^-]+)$/, `-${version}-${version}-$1`);
  const lacksPython = python === undefined && wheelFits(withIt, tags);
  const install = lacksPython ? `Install CPython ${target.pythonVersion} (\`uv python install\`). Or build` : "Build";
  throw new UvLambdaError(
    "UNSUITABLE_WHEEL",
    `The local package ${local.name} in ${local.folder} builds ${path.basename(second)}, which does not run on ${target.runtime}, ${target.architecture}.`,
    {
      hint: `${install} it inside the Lambda build image (\`bundling: { mode: "docker" }\`), or publish wheels of it and depend on those.`,
    },
  );
}
