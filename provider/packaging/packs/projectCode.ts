import { ownFiles, type OwnFiles } from "../../project/sources/ownFiles.js";
import { treeDigest } from "../../tree/digest.js";
import type { SourceTree } from "../../tree/tree.js";
import { findLeftOutImports, type LeftOutImport } from "../checks/leftOutImports.js";
import { findSecrets } from "../checks/secrets.js";
import type { Compiler } from "../install/bytecode.js";
import { keyOf } from "../../store/key.js";
import type { Work } from "../work.js";
import type { InstallFacts } from "./dependencies.js";
import type { PackWork } from "./packWork.js";
import { packPlace, storedPack, type PackPlace, type StoredPack } from "./storedPack.js";

/** The function's own files as they are now. Their digest is their identity. */
export interface OwnCode {
  readonly tree: SourceTree;
  readonly digest: string;
}

export interface ProjectCode extends OwnCode, OwnFiles {
  readonly leftOutImports: readonly LeftOutImport[];
}

/** Functions with the same files and rules share one scan of the disk. Undefined if only dependencies are packed. */
export async function readProjectCode({ session, project, request }: Work): Promise<ProjectCode | undefined> {
  if (request.contents === "dependencies") return undefined;
  const { source, include, exclude, onlyInclude, copyFiles, excludedFolders, programFiles } = request;
  const lists = [include, exclude, onlyInclude, copyFiles, excludedFolders, programFiles];
  const asked = JSON.stringify([project.folder, source, lists]);
  return session.once(`own ${asked}`, async () => {
    const own = await ownFiles(project, request);
    const leftOutImports = await findLeftOutImports(own.tree, own.leftOut);
    return { ...own, leftOutImports, digest: treeDigest(own.tree) };
  });
}

export function projectCodePack(work: PackWork, own: OwnCode): Promise<StoredPack<InstallFacts>> {
  const make = async () => ({ distributions: [], conflicts: [], misfits: [], secrets: await findSecrets(own.tree) });
  return filesPack(packPlace(work), own, work.compilers.code, { name: "secrets", make });
}

/** Files as they are. */
export function plainPack(place: PackPlace, own: OwnCode): Promise<StoredPack<null>> {
  return filesPack(place, own, undefined, { name: undefined, make: () => Promise.resolve(null) });
}

/** Files, with bytecode if there is a compiler, and what to store about them. */
function filesPack<Facts>(
  place: PackPlace,
  own: OwnCode,
  compiler: Compiler | undefined,
  facts: { readonly name: string | undefined; readonly make: () => Promise<Facts> },
): Promise<StoredPack<Facts>> {
  const parts = { digest: own.digest, form: place.form, bytecode: compiler?.identity, facts: facts.name };
  return storedPack(place, "ownpack", keyOf("ownpack", parts), async (scratch) => ({
    tree: compiler === undefined ? own.tree : await compiler.compile(own.tree, scratch),
    facts: await facts.make(),
  }));
}
