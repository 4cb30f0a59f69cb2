import { UvLambdaError } from "../lib/errors.js";
import { listBelow } from "../lib/messages/lists.js";
import { mergeTrees, type Conflict, type MergedTree } from "../tree/merge.js";
import type { TreeEntry } from "../tree/tree.js";

/** What to do when one path has different bytes: refuse, or let the first tree with the path win. */
export type OnDifference = "refuse" | "keepFirst";

/** The files of one archive, in path order, each path once. Throws FILE_CONFLICT when an archive cannot hold them. */
export function mergeForArchive<E extends TreeEntry>(
  trees: readonly (readonly E[])[],
  onDifference: OnDifference,
): readonly E[] {
  return filesForArchive(mergeTrees(trees), onDifference);
}

/** The same of trees that are merged already. */
export function filesForArchive<E extends TreeEntry>(
  { tree, conflicts }: MergedTree<E>,
  onDifference: OnDifference,
): readonly E[] {
  // Lambda unpacks names that differ only in case. Whether they may ship is not decided here.
  const fatal = conflicts.filter((c) => c.kind === "folder" || (c.kind === "content" && onDifference === "refuse"));
  if (fatal.length > 0) throw new UvLambdaError("FILE_CONFLICT", describe(fatal));
  return tree;
}

function describe(conflicts: readonly Conflict[]): string {
  const lines = conflicts.map(({ kind, path, owners }) => {
    const from = owners.map((owner) => owner ?? "your own files").join(", ");
    return kind === "folder" ? `${path} is both a file and a folder (${from})` : `${path} differs (${from})`;
  });
  return listBelow("These files have the same path and cannot be packed together:", lines);
}
