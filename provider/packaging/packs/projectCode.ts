import { ownFiles, type OwnFiles } from "../../project/sources/ownFiles.js";
import { treeDigest } from "../../tree/digest.js";
import type { SourceTree } from "../../tree/tree.js";
import { auditBinaries, nativeRules } from "../checks/binaries/binaries.js";
import { findLeftOutImports, type LeftOutImport } from "../checks/leftOutImports.js";
import { findSecrets, secretRules } from "../checks/secrets.js";
import type { Compiler } from "../install/bytecode.js";
import { keyOf } from "../../store/key.js";
import type { Work } from "../work.js";
import type { InstallFacts } from "./dependencies.js";
import type { PackWork } from "./packWork.js";
import { refuseTooLarge } from "./refuseTooLarge.js";
import { packPlace, storedPack, type PackPlace, type StoredPack } from "./storedPack.js";

/** Files as they are now. Their digest is their identity. */
export interface HashedFiles {
  readonly tree: SourceTree;
  readonly digest: string;
}

export interface ProjectCode extends HashedFiles, OwnFiles {
  readonly leftOutImports: readonly LeftOutImport[];
}

/** Functions with the same files and rules share one scan of the disk. Undefined if only dependencies are packed. */
export async function readProjectCode({ session, project, request }: Work): Promise<ProjectCode | undefined> {
  if (request.contents === "dependencies") return undefined;
  const { source, include, exclude, onlyInclude, copyFiles, excludedFolders, programFiles } = request;
  const lists = [include, exclude, onlyInclude, copyFiles, excludedFolders, programFiles];
  const inputs = JSON.stringify([project.folder, source, lists]);
  return session.once(`project code ${inputs}`, async () => {
    const files = await ownFiles(project, request);
    const leftOutImports = await findLeftOutImports(files.tree, files.leftOut);
    return { ...files, leftOutImports, digest: treeDigest(files.tree) };
  });
}

export function projectCodePack(work: PackWork, files: HashedFiles): Promise<StoredPack<InstallFacts>> {
  const { target } = work;
  const make = async () => {
    // With layers, the packages may be the heavier part: what is heaviest is named when all of them are known.
    refuseTooLarge({ ...work, request: { ...work.request, layerArtifacts: [] } }, files.tree);
    const misfits = await auditBinaries(files.tree, target);
    return { distributions: [], conflicts: [], misfits, secrets: await findSecrets(files.tree) };
  };
  // Text is the same for every target.
  const isNative = files.tree.some(({ path, mode }) => mode === 0o755 || path.endsWith(".so"));
  const judged = isNative ? `, ${nativeRules} for ${target.platform} ${target.pythonVersion}` : "";
  return filesPack(packPlace(work), files, work.compilers.code, { name: `${secretRules}${judged}`, make });
}

/** Files as they are. */
export function plainPack(place: PackPlace, files: HashedFiles): Promise<StoredPack<null>> {
  return filesPack(place, files, undefined, { name: undefined, make: () => Promise.resolve(null) });
}

/** Files, with bytecode if there is a compiler, and what to store about them. */
function filesPack<Facts>(
  place: PackPlace,
  files: HashedFiles,
  compiler: Compiler | undefined,
  facts: { readonly name: string | undefined; readonly make: () => Promise<Facts> },
): Promise<StoredPack<Facts>> {
  const parts = { digest: files.digest, form: place.form, bytecode: compiler?.identity, facts: facts.name };
  return storedPack(place, "ownpack", keyOf("ownpack", parts), async (scratch) => ({
    tree: compiler === undefined ? files.tree : await compiler.compile(files.tree, scratch),
    facts: await facts.make(),
  }));
}
