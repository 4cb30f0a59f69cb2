import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import { buildInCopy, copyForBuild, setuptoolsScratchConfig } from "../../project/backend/buildBackend.js";
import type { BuildTools } from "../../project/backend/buildTools.js";
import type { Pyproject } from "../../project/pyproject.js";
import type { LeftOut } from "../../project/sources/ownFileFilter.js";
import { packageFiles } from "../../project/sources/sourceFiles.js";
import { compatibleTags, wheelFits } from "../../project/wheels/wheelTags.js";
import type { SourceTree } from "../../tree/tree.js";
import { buildWheel, type BuildWheel } from "../../uv/buildWheel.js";
import type { UvContext } from "../../uv/context.js";
import { installWheels } from "../../uv/install.js";
import { findLeftOutImports } from "../checks/leftOutImports.js";
import { findSecrets } from "../checks/secrets.js";
import { auditBinaries } from "../checks/binaries/binaries.js";
import type { LocalFolder } from "../closure/readClosure.js";
import type { InstallFacts } from "./dependencies.js";
import type { PackWork } from "./packWork.js";
import { normaliseInstalled } from "../install/distributions.js";
import { allowList, fileFilter } from "../install/fileFilter.js";
import { readPlainWheel } from "../install/plainWheel.js";
import type { PackInput } from "./storedPack.js";

/** A local package as its build files describe it. */
export interface LocalSource extends LocalFolder {
  readonly pyproject: Pyproject | undefined;
  readonly tools: BuildTools;
  /** Absolute folders of others inside of it. */
  readonly without: readonly string[];
  /** Whether the result depends on more than files: then it is built in every run, in place. */
  readonly isVersionedUnseen: boolean;
}

/** Builds the wheel anew, because uv's cache could return a stale one, and unpacks it as uv installs it. */
export async function buildLocal(
  work: PackWork,
  local: LocalSource,
  scratch: string,
): Promise<PackInput<InstallFacts>> {
  const { uv, builder, project, request, target } = work;
  const { pyproject, tools, without, isVersionedUnseen } = local;
  await work.lock.passed();
  uv.reporter.progress(`Building ${local.name}`);
  const [source, wheels, site] = ["source", "wheels", "site"].map((name) => path.join(scratch, name)) as [
    string,
    string,
    string,
  ];
  // A container sees only the workspace. A copy includes what the package reads from outside of it.
  // Its build tools may write into their own folders, and uv's cache does not know them in a copy.
  const hasTools = tools.names.length > 0;
  const copies =
    pyproject === undefined ||
    (!isVersionedUnseen && (builder.identity !== undefined || hasTools || buildInCopy(pyproject)));
  // For any other package the key has asked that.
  if (isVersionedUnseen) await packageFiles(await fs.realpath(local.folder), without);
  const copied = copies ? await copyForBuild(local.folder, source, { without, tools: tools.files }) : undefined;
  const refresh = copies ? [] : tools.names;
  const packageFolder = copied?.folder ?? local.folder;
  const environment = pyproject?.buildSystem?.backend === "uv_build" ? {} : await backendEnvironment(scratch);
  const build = { uv: await builder.uv(scratch), packageFolder, copied, refresh, environment };
  const wheel = await suitableWheel(work, local, wheels, build);
  const plain = await readPlainWheel(wheel, target);
  if (plain === undefined) await installWheels(uv, { wheels: [wheel], root: project.root, target, folder: site });
  const filter = fileFilter("exclude", request.exclude);
  const chosen = allowList(local.name === project.name ? request.onlyInclude : undefined);
  const leftOut = new Map<string, LeftOut>();
  const isLeftOut = (file: string) => {
    const why = filter.drop(file) ? "excluded" : chosen.allows(file) ? undefined : "unlisted";
    const bytes = plain?.get(file);
    if (why !== undefined && file.endsWith(".py"))
      leftOut.set(file, { path: file, file: path.join(site, file), ...(bytes && { bytes }), isFolder: false, why });
    return why !== undefined;
  };
  const { tree, distributions } = await normaliseInstalled(plain ?? site, {
    isBuiltHere: () => true,
    drop: isLeftOut,
  });
  const owner = local.name === project.name ? undefined : local.name;
  const leftOutImports = await findLeftOutImports(tree, [...leftOut.values()], owner);
  const misfits = await auditBinaries(tree, target);
  const secrets = await findSecrets(tree);
  const usedPatterns = [...filter.used(), ...chosen.used()];
  const facts = { distributions, conflicts: [], misfits, secrets, usedPatterns, leftOutImports };
  return { tree: ownedBy(tree, local.name), facts };
}

function ownedBy(tree: SourceTree, owner: string): SourceTree {
  return tree.map((entry) => ({ ...entry, owner }));
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
  { uv, ...how }: { uv: UvContext } & Pick<BuildWheel, "packageFolder" | "copied" | "refresh" | "environment">,
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
