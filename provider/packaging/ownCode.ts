import { ownFilesTree } from "../project/ownFiles.js";
import type { Project } from "../project/workspace.js";
import { treeDigest } from "../tree/digest.js";
import type { SourceTree } from "../tree/tree.js";
import type { Compiler } from "./bytecode.js";
import { keyOf } from "./key.js";
import type { PackageRequest } from "./request.js";
import type { Session } from "./session.js";
import { storedPack, type StoredPack } from "./storedPack.js";

/** The function's own files as they are now; their digest is their identity. */
export interface OwnCode {
  readonly tree: SourceTree;
  readonly digest: string;
}

export async function readOwnCode(project: Project, request: PackageRequest): Promise<OwnCode> {
  const tree = await ownFilesTree(project, request);
  return { tree, digest: treeDigest(tree) };
}

export function ownPack(session: Session, own: OwnCode, compiler: Compiler | undefined): Promise<StoredPack<null>> {
  const key = keyOf("own", { digest: own.digest, bytecode: compiler?.identity });
  return storedPack(session.store, "own", key, async (scratch) => ({
    tree: compiler === undefined ? own.tree : await compiler.compile(own.tree, scratch),
    facts: null,
  }));
}
