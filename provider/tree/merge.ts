import { compareBytes, sortedByBytes } from "../lib/byteOrder.js";
import type { TreeEntry } from "./tree.js";

/**
 * content: one path, different bytes · case: two names that are equal on a file system that ignores case · folder: a
 * file where another path needs a folder · shadow: a package that hides modules of its name in another place ·
 * third-party: two installed packages have one path with different bytes; the first by name wins ·
 * module: a module and a folder of modules have one name · third-party-module: the same of two installed packages.
 */
export type ConflictKind = "content" | "case" | "folder" | "shadow" | "third-party" | "module" | "third-party-module";

/** Plain JSON. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** The path that both have; for "case" the later spelling, for "shadow" what makes the folder a package. */
  readonly path: string;
  /**
   * For "case": the spelling it clashes with; for "shadow": a module that cannot be imported; for "module": the folder.
   */
  readonly other?: string;
  /**
   * The distributions with the path, null for the project's own files, in the order of the trees; for "shadow", in the
   * order of import.
   */
  readonly owners: readonly (string | null)[];
}

export interface MergedTree<E extends TreeEntry> {
  readonly tree: readonly E[];
  readonly conflicts: readonly Conflict[];
}

/** The entries by path, in byte order. */
export function sortTree<E extends TreeEntry>(entries: readonly E[]): readonly E[] {
  return sortedByBytes(entries, ({ path }) => path);
}

/**
 * Merges several trees into one. A path that occurs more than once with the same bytes and mode is kept once. If the
 * bytes differ, those of the first tree are kept and a conflict is reported. Throws nothing: the caller decides what
 * a conflict means.
 */
export function mergeTrees<E extends TreeEntry>(trees: readonly (readonly E[])[]): MergedTree<E> {
  const claims = new Map<string, [E, ...E[]]>();
  for (const entry of trees.flat()) {
    const claimed = claims.get(entry.path);
    if (claimed === undefined) claims.set(entry.path, [entry]);
    else claimed.push(entry);
  }
  const tree = sortTree([...claims.values()].map(([first]) => first));
  const conflicts = [...contentConflicts(claims), ...nameConflicts(tree)];
  return { tree, conflicts: conflicts.sort((a, b) => compareBytes(a.path, b.path) || compareBytes(a.kind, b.kind)) };
}

function* contentConflicts(claims: ReadonlyMap<string, readonly [TreeEntry, ...TreeEntry[]]>): Generator<Conflict> {
  for (const [path, [first, ...others]] of claims) {
    const different = others.filter((e) => e.sha256 !== first.sha256 || e.mode !== first.mode);
    if (different.length > 0) yield { kind: "content", path, owners: ownersOf([first, ...different]) };
  }
}

/** A name as a file system sees it: a file or folder of the tree, with the first entry that needs it. */
interface Name {
  readonly path: string;
  readonly entry: TreeEntry;
}

function* nameConflicts(tree: readonly TreeEntry[]): Generator<Conflict> {
  const byFoldedPath = new Map<string, Name>();
  for (const name of namesOf(tree)) {
    const folded = foldCase(name.path);
    const known = byFoldedPath.get(folded);
    if (known === undefined) byFoldedPath.set(folded, name);
    else if (known.path !== name.path)
      yield { kind: "case", path: name.path, other: known.path, owners: ownersOf([known.entry, name.entry]) };
    else yield { kind: "folder", path: name.path, owners: ownersOf([known.entry, name.entry]) };
  }
}

/**
 * Each file, and each folder once, folders before their content. If one path is a file and a folder, both are included.
 */
function* namesOf(tree: readonly TreeEntry[]): Generator<Name> {
  const folders = new Set<string>();
  let last = "";
  for (const entry of tree) {
    const parent = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
    // Files of one folder follow each other, so most need no look at each of the folders above.
    if (parent !== last)
      for (let slash = parent.indexOf("/"); slash >= 0; slash = parent.indexOf("/", slash + 1)) {
        const path = parent.slice(0, slash);
        if (!folders.has(path)) yield { path, entry };
        folders.add(path);
      }
    last = parent;
    yield { path: entry.path, entry };
  }
}

function ownersOf(entries: readonly TreeEntry[]): (string | null)[] {
  return [...new Set(entries.map((e) => e.owner ?? null))];
}

const isAscii = /^[\0-\x7f]*$/;

/** Unicode's default case folding, never that of the host's locale, where "I" and "i" may be two letters. */
function foldCase(path: string): string {
  if (isAscii.test(path)) return path.toLowerCase();
  return path.toUpperCase().toLowerCase().normalize("NFC");
}
