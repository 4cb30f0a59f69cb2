import type { Reporter } from "../../lib/log.js";
import { ownFilesTree } from "../../project/sources/ownFiles.js";
import { treeDigest } from "../../tree/digest.js";
import type { SourceTree } from "../../tree/tree.js";
import type { Compiler } from "../install/bytecode.js";
import { keyOf } from "../../store/key.js";
import type { BuildSession } from "../buildSession.js";
import type { Work } from "../work.js";
import type { PackWork } from "./packWork.js";
import { storedPack, type StoredPack } from "./storedPack.js";

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

export function projectCodePack({ session, options, compilers }: PackWork, own: OwnCode): Promise<StoredPack<null>> {
  return plainPack(session, options.reporter, own, compilers.code);
}

/** Files as they are, with bytecode where a compiler is given. */
export function plainPack(
  { store }: BuildSession,
  reporter: Reporter,
  own: OwnCode,
  compiler: Compiler | undefined,
): Promise<StoredPack<null>> {
  const key = keyOf("own", { digest: own.digest, bytecode: compiler?.identity });
  return storedPack({ store, reporter }, "own", key, async (scratch) => ({
    tree: compiler === undefined ? own.tree : await compiler.compile(own.tree, scratch),
    facts: null,
  }));
}
