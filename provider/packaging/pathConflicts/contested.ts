import { compareBytes } from "../../lib/byteOrder.js";
import { bytesEntry } from "../../tree/content.js";
import type { Conflict } from "../../tree/merge.js";
import { scanFolder } from "../../tree/scan.js";
import type { SourceEntry } from "../../tree/tree.js";
import { isImportable, isNamespaceStub, NAMESPACE_STUB } from "./importable.js";

/** Who says that a path is theirs, with which content (hex SHA-256). */
export type Claims = ReadonlyMap<string, readonly Claim[]>;

interface Claim {
  readonly owner: string;
  readonly sha256: string | undefined;
}

/** A folder with nothing but this distribution, installed as it is in the tree. */
export type InstallAlone = (owner: string) => Promise<string>;

export interface Settled {
  readonly entries: readonly SourceEntry[];
  /** Importable paths that two distributions fill with different bytes. */
  readonly conflicts: readonly Conflict[];
}

/**
 * uv installs distributions side by side, so of two files with one path chance decides which is on the disk, and the
 * artifact must not depend on it. Where nobody imports the path both are left out, a namespace package's `__init__.py`
 * is given one fixed text, and anything else is a conflict, in which the first by name keeps its bytes.
 */
export async function settleContested(
  entries: readonly SourceEntry[],
  claims: Claims,
  textOf: (entry: SourceEntry) => Promise<string>,
  installAlone: InstallAlone,
): Promise<Settled> {
  const settled: SourceEntry[] = [];
  const conflicts: Conflict[] = [];
  for (const entry of entries) {
    const contestants = contestantsOf(claims, entry.path);
    if (contestants.length === 0) settled.push(entry);
    else if (!isImportable(entry.path)) continue;
    else {
      const versions = await versionsOf(entry, contestants, installAlone);
      const stubs = await Promise.all(versions.map(async (one) => isNamespaceStub(one.path, await textOf(one))));
      const [first = entry] = versions;
      if (stubs.every(Boolean)) settled.push(bytesEntry(entry.path, NAMESPACE_STUB, first.owner));
      else {
        settled.push(first);
        conflicts.push({ kind: "third-party", path: entry.path, owners: contestants.map(({ owner }) => owner) });
      }
    }
  }
  return { entries: settled, conflicts };
}

/** Claims of a path by owner, when at least two of them have different bytes for it, else none. */
function contestantsOf(claims: Claims, path: string): Claim[] {
  const known = (claims.get(path) ?? []).filter((claim) => claim.sha256 !== undefined);
  if (new Set(known.map((claim) => claim.sha256)).size < 2) return [];
  const byOwner = new Map(known.map((claim) => [claim.owner, claim]));
  return [...byOwner.values()].sort((a, b) => compareBytes(a.owner, b.owner));
}

/** The path as each contestant has it, equal bytes once; what is not on the disk is installed again, alone. */
async function versionsOf(entry: SourceEntry, contestants: readonly Claim[], installAlone: InstallAlone) {
  const versions = new Map<string | undefined, SourceEntry>();
  for (const { owner, sha256 } of contestants) {
    if (versions.has(sha256)) continue;
    const found = sha256 === entry.sha256 ? entry : await fileIn(await installAlone(owner), entry.path);
    if (found !== undefined) versions.set(sha256, { ...found, owner });
  }
  return [...versions.values()];
}

async function fileIn(folder: string, path: string): Promise<SourceEntry | undefined> {
  const select = (name: string, isFolder: boolean) => (isFolder ? path.startsWith(`${name}/`) : name === path);
  return (await scanFolder(folder, { select }))[0];
}
