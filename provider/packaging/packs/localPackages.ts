import { isInside, posixRelative } from "../../lib/paths.js";
import { realPathOr } from "../../lib/realPath.js";
import { hasVcsVersion } from "../../project/backend/buildBackend.js";
import { localBuildTools, type BuildTools } from "../../project/backend/buildTools.js";
import { readLocalPackage } from "../../project/backend/localPackage.js";
import { foreignRules } from "../../project/sources/foreignFiles.js";
import { ownFiles } from "../../project/sources/ownFiles.js";
import { isPackage, readPyprojectIfAny, type Pyproject } from "../../project/pyproject.js";
import { treeDigest } from "../../tree/digest.js";
import { auditBinaries, nativeRules } from "../checks/binaries/binaries.js";
import { findLeftOutImports } from "../checks/leftOutImports.js";
import { findSecrets, secretRules } from "../checks/secrets.js";
import { changedMeanwhile } from "../changedMeanwhile.js";
import type { LocalFolder } from "../closure/readClosure.js";
import type { InstallFacts } from "./dependencies.js";
import { keyOf } from "../../store/key.js";
import { buildLocal } from "./localBuild.js";
import type { LocalSource } from "./localWheel.js";
import type { PackWork } from "./packWork.js";
import { packPlace, storedPack, type PackInput, type StoredPack } from "./storedPack.js";

/** A local package with its current files. */
export interface LocalCode {
  readonly key: string;
  pack(): Promise<StoredPack<InstallFacts>>;
}

/** Determines what the package is made of. Only a package whose version comes from git is built for that. */
export async function localCode(work: PackWork, local: LocalFolder): Promise<LocalCode> {
  const pyproject = readPyprojectIfAny(local.folder);
  if (pyproject !== undefined && !isPackage(pyproject)) return copiedCode(work, local, pyproject);
  const without = foldersOfOthers(work, local.folder);
  const describe = async () => {
    const tools = await toolsOf(work, pyproject);
    return { tools, ...(await readLocalPackage(local.folder, { without, tools: tools.files })) };
  };
  const before = await work.session.once(`local ${JSON.stringify([local.folder, without])}`, describe);
  const { tools, fingerprint, files } = before;
  const isVersionedUnseen = (pyproject !== undefined && hasVcsVersion(pyproject)) || !tools.movable;
  const source = { ...local, pyproject, tools, without, isVersionedUnseen };
  // Its build may write files that are part of it.
  if (isVersionedUnseen) return unseenCode(work, source);
  const never = neverInside(work, local.folder);
  const key = keyOf("localpack", { ...commonKey(work), fingerprint, name: local.name, never });
  return packedAs(work, key, async (scratch) => {
    const built = await work.session.store.needing(unknown, () => buildLocal(work, { ...source, files }, scratch));
    // A build of other files must not be stored under the fingerprint of these.
    if ((await describe()).fingerprint !== fingerprint) throw changedMeanwhile(`The local package in ${local.folder}`);
    return built;
  });
}

/** What a build backend writes. */
const unknown = () => undefined;

function toolsOf(work: PackWork, pyproject: Pyproject | undefined): Promise<BuildTools> {
  const none = { names: [], files: [], movable: true };
  if (pyproject === undefined) return Promise.resolve(none);
  return localBuildTools(pyproject, work.project, (folder) => foldersOfOthers(work, folder));
}

/**
 * Folders of other packages. They reach this package's wheel only if its build files name them, or inside its modules.
 */
function foldersOfOthers({ project, request }: PackWork, packageFolder: string): string[] {
  const members = project.members.map((member) => member.folder).filter((folder) => folder !== packageFolder);
  return [...members, ...request.excludedFolders];
}

/** Relative paths of the folders in a package whose files never ship. Undefined for nearly every package: none. */
function neverInside({ request }: PackWork, packageFolder: string): readonly string[] | undefined {
  const inside = request.excludedFolders.map(realPathOr).filter((folder) => isInside(folder, packageFolder));
  return inside.length === 0 ? undefined : inside.map((folder) => posixRelative(packageFolder, folder)).sort();
}

function commonKey({ uv, builder, request, target, format, compilers, settings }: PackWork) {
  return {
    form: format.packForm,
    settings,
    uv: uv.version,
    target: [target.platform, target.pythonVersion],
    lists: [secretRules, nativeRules, foreignRules, request.include, request.exclude, request.onlyInclude ?? []],
    builder: builder.identity,
    bytecode: compilers.code?.identity,
  };
}

function packedAs(work: PackWork, key: string, make: (scratch: string) => Promise<PackInput<InstallFacts>>): LocalCode {
  const { compilers } = work;
  return {
    key,
    pack: () =>
      storedPack(packPlace(work), "localpack", key, async (scratch) => {
        const { tree, facts } = await make(scratch);
        return { tree: compilers.code === undefined ? tree : await compilers.code.compile(tree, scratch), facts };
      }),
  };
}

/** A dependency that uv calls virtual, or that has no build backend. Its files ship like those of an application. */
async function copiedCode(work: PackWork, local: LocalFolder, pyproject: Pyproject): Promise<LocalCode> {
  const { project, request } = work;
  const application = { ...project, folder: local.folder, name: local.name, pyproject, isPackage: false };
  const rules = { include: [], exclude: request.exclude, copyFiles: [], excludedFolders: request.excludedFolders };
  const files = await ownFiles(application, rules);
  const tree = files.tree.map((entry) => ({ ...entry, owner: local.name }));
  const found = {
    misfits: await auditBinaries(tree, work.target),
    secrets: await findSecrets(tree),
    usedPatterns: files.usedPatterns,
    leftOutImports: await findLeftOutImports(tree, files.leftOut, local.name),
  };
  const facts = { ...factsOf(local.name, pyproject.project?.version), ...found };
  const key = keyOf("localpack", { ...commonKey(work), copied: treeDigest(tree), facts });
  return packedAs(work, key, () => Promise.resolve({ tree, facts }));
}

function factsOf(name: string, version: string | undefined): InstallFacts {
  return { distributions: [{ name, version: version ?? "0" }], conflicts: [], misfits: [] };
}

/** What the package becomes does not depend on its files alone, so it is built to find out. */
async function unseenCode(work: PackWork, local: LocalSource): Promise<LocalCode> {
  const { session } = work;
  return session.once(`unseen ${local.folder} ${JSON.stringify(commonKey(work))}`, async () => {
    const scratch = await session.store.scratch("unseen");
    try {
      const built = await session.store.needing(unknown, () => buildLocal(work, local, scratch.folder));
      const key = keyOf("localpack", { ...commonKey(work), built: treeDigest(built.tree), facts: built.facts });
      const code = packedAs(work, key, () => Promise.resolve(built));
      await code.pack();
      return code;
    } finally {
      await scratch.remove();
    }
  });
}
