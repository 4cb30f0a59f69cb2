import { normaliseName } from "../../project/pyproject.js";
import { treeDigest } from "../../tree/digest.js";
import type { FileTree } from "../../tree/tree.js";

/** Enough digits to distinguish two states of a package, and few enough to read in a diff. */
const digits = 12;

/** The code of the workspace that ships, so that a diff names the part that changed. */
export interface ContentHashes {
  /** Short hash of what ships from each local package, by its name in the lock. */
  readonly localPackages: Readonly<Record<string, string>>;
  /** Short hash of the project's own files. Absent when none ship, as when the project is a package. */
  readonly projectCode?: string;
}

/** Hashes of everything that ships, equal on every machine. */
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
  const projectCode = hashOf(undefined);
  return {
    localPackages: Object.fromEntries(local.sort()),
    ...(projectCode !== undefined && { projectCode }),
  };
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
