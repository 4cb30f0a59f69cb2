import { ownFilesTree } from "../../project/sources/ownFiles.js";
import { treeDigest } from "../../tree/digest.js";
import type { SourceTree } from "../../tree/tree.js";
import type { Compiler } from "../install/bytecode.js";
import { keyOf } from "../../store/key.js";
import type { Work } from "../work.js";
import type { PackWork } from "./packWork.js";
import { packPlace, storedPack, type PackPlace, type StoredPack } from "./storedPack.js";

/** The function's own files as they are now; their digest is their identity. */
export interface OwnCode {
  readonly tree: SourceTree;
  readonly digest: string;
}

/** Functions with the same files and rules share one look at the disk. Undefined where only dependencies are packed. */
export async function readProjectCode({ session, project, request }: Work): Promise<OwnCode | undefined> {
  if (request.contents === "dependencies") return undefined;
  const { source, include, exclude, copyFiles, excludedFolders, programFiles } = request;
  const asked = JSON.stringify([project.folder, source, include, exclude, copyFiles, excludedFolders, programFiles]);
  return session.once(`own ${asked}`, async () => {
    const tree = await ownFilesTree(project, request);
    return { tree, digest: treeDigest(tree) };
  });
}

export function projectCodePack(work: PackWork, own: OwnCode): Promise<StoredPack<null>> {
  return plainPack(packPlace(work), own, work.compilers.code);
}

/** Files as they are, with bytecode where a compiler is given. */
export function plainPack(place: PackPlace, own: OwnCode, compiler?: Compiler): Promise<StoredPack<null>> {
  const key = keyOf("ownpack", { digest: own.digest, form: place.form, bytecode: compiler?.identity });
  return storedPack(place, "ownpack", key, async (scratch) => ({
    tree: compiler === undefined ? own.tree : await compiler.compile(own.tree, scratch),
    facts: null,
  }));
}
