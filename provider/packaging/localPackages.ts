import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import { matchesWithParents } from "../lib/glob.js";
import { buildInCopy, copyForBuild, hasVcsVersion, setuptoolsScratchConfig } from "../project/buildBackend.js";
import { fingerprintLocalPackage } from "../project/localPackage.js";
import { compileGlobs, ownFilesTree } from "../project/ownFiles.js";
import { isPackage, readPyprojectIfAny, type Pyproject } from "../project/pyproject.js";
import { compatibleTags, wheelFits } from "../project/wheelTags.js";
import type { Project } from "../project/workspace.js";
import type { Target } from "../runtimes/index.js";
import { treeDigest } from "../tree/digest.js";
import type { SourceTree } from "../tree/tree.js";
import { buildWheel, type BuildWheel } from "../uv/buildWheel.js";
import type { UvContext } from "../uv/context.js";
import { installWheels } from "../uv/install.js";
import type { Builder } from "./bundling.js";
import type { Compiler } from "./bytecode.js";
import { auditBinaries } from "./checks/binaries.js";
import type { LocalFolder } from "./closure.js";
import type { InstallFacts } from "./dependencies.js";
import { normaliseInstalled } from "./distributions.js";
import { changedMeanwhile } from "./changedMeanwhile.js";
import { keyOf } from "./key.js";
import type { PackageRequest } from "./request.js";
import type { Session } from "./session.js";
import { storedPack, type Made, type StoredPack } from "./storedPack.js";

/** What the local packages of one function are made with. */
export interface LocalWork {
  readonly session: Session;
  readonly uv: UvContext;
  readonly builder: Builder;
  readonly project: Project;
  readonly request: PackageRequest;
  readonly target: Target;
  readonly compiler: Compiler | undefined;
  /** What `buildSettings` gave. */
  readonly settings: string;
}

/** A local package as its files are now. */
export interface LocalCode {
  readonly key: string;
  pack(): Promise<StoredPack<InstallFacts>>;
}

/** Finds out what the package is made of; only one whose version comes from git is built for that. */
export async function localCode(work: LocalWork, local: LocalFolder): Promise<LocalCode> {
  const pyproject = await readPyprojectIfAny(local.folder);
  if (pyproject !== undefined && !isPackage(pyproject)) return copiedCode(work, local, pyproject);
  if (pyproject !== undefined && hasVcsVersion(pyproject)) return vcsVersionedCode(work, local, pyproject);
  const without = foldersOfOthers(work, local);
  const fingerprint = () => fingerprintLocalPackage(local.folder, { without });
  const before = await work.session.once(`fingerprint ${JSON.stringify([local.folder, without])}`, fingerprint);
  const key = keyOf("local", { ...commonKey(work), fingerprint: before, name: local.name });
  return packedAs(work, key, async (scratch) => {
    const made = await built(work, local, pyproject, scratch);
    // What was built from other files must not be remembered under these.
    if ((await fingerprint()) !== before) throw changedMeanwhile(`The local package in ${local.folder}`);
    return made;
  });
}

/** What belongs to others; it reaches this package's wheel only when its build files name it, or inside of its modules. */
function foldersOfOthers({ project, request }: LocalWork, local: LocalFolder): string[] {
  const members = project.members.map((member) => member.folder).filter((folder) => folder !== local.folder);
  return [...members, ...request.excludedFolders];
}

function commonKey({ uv, builder, request, target, compiler, settings }: LocalWork) {
  return {
    settings,
    uv: uv.version,
    target: [target.platform, target.pythonVersion],
    exclude: request.exclude,
    builder: builder.identity,
    bytecode: compiler?.identity,
  };
}

function packedAs(work: LocalWork, key: string, make: (scratch: string) => Promise<Made<InstallFacts>>): LocalCode {
  const { session, uv, compiler } = work;
  return {
    key,
    pack: () =>
      storedPack({ store: session.store, reporter: uv.reporter }, "local", key, async (scratch) => {
        const { tree, facts } = await make(scratch);
        return { tree: compiler === undefined ? tree : await compiler.compile(tree, scratch), facts };
      }),
  };
}

/** A dependency that uv calls virtual, or that has no build backend: its files ship as an application's do. */
async function copiedCode(work: LocalWork, local: LocalFolder, pyproject: Pyproject): Promise<LocalCode> {
  const { project, request } = work;
  const own = { ...project, folder: local.folder, name: local.name, pyproject, isPackage: false };
  const rules = { include: [], exclude: request.exclude, copyFiles: [], excludedFolders: request.excludedFolders };
  const tree = (await ownFilesTree(own, rules)).map((entry) => ({ ...entry, owner: local.name }));
  const facts = factsOf(local.name, pyproject.project?.version);
  const key = keyOf("local", { ...commonKey(work), copied: treeDigest(tree), facts });
  return packedAs(work, key, () => Promise.resolve({ tree, facts }));
}

function factsOf(name: string, version: string | undefined): InstallFacts {
  return { distributions: [{ name, version: version ?? "0" }], conflicts: [], misfits: [] };
}

/** No file of the package changes with its version, so it is built to see what it is. */
async function vcsVersionedCode(work: LocalWork, local: LocalFolder, pyproject: Pyproject): Promise<LocalCode> {
  const { session } = work;
  return session.once(`vcs ${local.folder} ${JSON.stringify(commonKey(work))}`, async () => {
    const scratch = await session.store.scratch("vcs");
    try {
      const made = await built(work, local, pyproject, scratch.folder);
      const key = keyOf("local", { ...commonKey(work), built: treeDigest(made.tree), facts: made.facts });
      const code = packedAs(work, key, () => Promise.resolve(made));
      await code.pack();
      return code;
    } finally {
      await scratch.remove();
    }
  });
}

/** Builds the wheel afresh (uv's cache would serve a stale one) and unpacks it as uv installs it. */
async function built(
  work: LocalWork,
  local: LocalFolder,
  pyproject: Pyproject | undefined,
  scratch: string,
): Promise<Made<InstallFacts>> {
  const { uv, builder, project, request, target } = work;
  uv.reporter.progress(`Building ${local.name}`);
  const [source, wheels, site] = ["source", "wheels", "site"].map((name) => path.join(scratch, name)) as [
    string,
    string,
    string,
  ];
  // A container sees the workspace only, and a copy holds what the package reads from outside of it.
  const isContained = builder.identity !== undefined && pyproject !== undefined && !hasVcsVersion(pyproject);
  const copies = pyproject === undefined || isContained || buildInCopy(pyproject);
  const copied = copies ? await copyForBuild(local.folder, source, foldersOfOthers(work, local)) : undefined;
  const packageFolder = copied?.folder ?? local.folder;
  const environment = await backendEnvironment(scratch);
  const build = { uv: await builder.uv(scratch), packageFolder, copied, environment };
  const wheel = await suitableWheel(work, local, wheels, build);
  await installWheels(uv, { wheels: [wheel], root: project.root, target, folder: site });
  const excluded = compileGlobs("exclude", request.exclude);
  const drop = (file: string) => matchesWithParents(excluded, file);
  const { tree, distributions, conflicts } = await normaliseInstalled(site, { isBuiltHere: () => true, drop });
  const misfits = await auditBinaries(tree, target);
  return { tree: ownedBy(tree, local.name), facts: { distributions, conflicts, misfits } };
}

function ownedBy(tree: SourceTree, owner: string): SourceTree {
  return tree.map((entry) => ({ ...entry, owner }));
}

/** setuptools is told to leave the source alone also where it must build in place. */
async function backendEnvironment(scratch: string): Promise<Record<string, string>> {
  const folder = path.join(scratch, "setuptools");
  const file = path.join(scratch, "setuptools.cfg");
  await fs.mkdir(folder);
  await fs.writeFile(file, setuptoolsScratchConfig(folder));
  return { DIST_EXTRA_CONFIG: file };
}

/** Any interpreter builds a pure package; one that compiles is built again with the target's own version, if there is one. */
async function suitableWheel(
  work: LocalWork,
  local: LocalFolder,
  folder: string,
  { uv, ...how }: { uv: UvContext } & Pick<BuildWheel, "packageFolder" | "copied" | "environment">,
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
  // What was compiled here runs here; whether it runs in Lambda, its tags say, and the audit of binaries checks.
  if (wheelFits(path.basename(second), tags)) return second;
  throw new UvLambdaError(
    "UNSUITABLE_WHEEL",
    `The local package ${local.name} in ${local.folder} builds ${path.basename(second)}, which does not run on ${target.runtime}, ${target.architecture}.`,
    {
      hint: 'Build it inside the Lambda build image: `bundling: { mode: "docker" }`; or publish wheels of it and depend on those.',
    },
  );
}
