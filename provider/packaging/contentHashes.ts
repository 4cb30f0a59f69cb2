import { normaliseName } from "../project/pyproject.js";
import { treeDigest } from "../tree/digest.js";
import type { FileTree } from "../tree/tree.js";

/** Digits that are enough to tell two states of a package apart, and short enough to be read in a diff. */
const digits = 12;

/** Which code of the workspace ships, so that a diff names the part that moved. */
export interface ContentHashes {
  /** Short hash of what ships of each local package, by its name in the lock. */
  readonly localPackages: Readonly<Record<string, string>>;
  /** Short hash of the project's own files; absent when none ship, as where the project is a package. */
  readonly projectCode?: string;
}

/** Of everything that ships: equal wherever the same is built. */
export function contentHashes(tree: FileTree, localNames: readonly string[]): ContentHashes {
  const byOwner = groupByOwner(tree);
  const hashOf = (owner: string | undefined) => {
    const files = byOwner.get(owner);
    return files === undefined ? undefined : treeDigest(files).slice(0, digits);
  };
  const local = localNames.flatMap((name) => {
    const hash = hashOf(normaliseName(name));
    return hash === undefined ? [] : [[name, hash] as const];
  });
  const own = hashOf(undefined);
  return { localPackages: Object.fromEntries(local.sort()), ...(own !== undefined && { projectCode: own }) };
}

function groupByOwner(tree: FileTree): Map<string | undefined, FileTree[number][]> {
  const groups = new Map<string | undefined, FileTree[number][]>();
  for (const entry of tree) {
    const owner = entry.owner === undefined ? undefined : normaliseName(entry.owner);
    const group = groups.get(owner);
    if (group === undefined) groups.set(owner, [entry]);
    else group.push(entry);
  }
  return groups;
}
