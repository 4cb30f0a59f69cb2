import { bytesEntry } from "../tree/content.js";
import type { Conflict } from "../tree/merge.js";
import type { SourceEntry } from "../tree/tree.js";

/** Who says that a path is theirs, with which content (hex SHA-256). */
export type Claims = ReadonlyMap<string, readonly { readonly owner: string; readonly sha256: string | undefined }[]>;

export interface Settled {
  readonly entries: readonly SourceEntry[];
  /** Importable paths that two distributions fill with different bytes. */
  readonly conflicts: readonly Conflict[];
}

/** What legacy namespace packages write into `__init__.py`, in a dozen spellings with the same effect. */
const namespaceMarks = ["extend_path", "declare_namespace", "pkg_resources"];
const MAX_NAMESPACE_STUB = 2000;
const NAMESPACE_STUB = Buffer.from('__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n');

/**
 * uv installs distributions side by side, so of two files with one path chance decides which is on the disk. Where
 * nobody imports it both are left out, and a namespace package's `__init__.py` is given one fixed text, because the
 * artifact must not depend on chance; anything else is a conflict.
 */
export async function settleContested(
  entries: readonly SourceEntry[],
  claims: Claims,
  textOf: (entry: SourceEntry) => Promise<string>,
): Promise<Settled> {
  const settled: SourceEntry[] = [];
  const conflicts: Conflict[] = [];
  for (const entry of entries) {
    const owners = contestants(claims, entry.path);
    if (owners.length < 2) settled.push(entry);
    else if (!isImportable(entry.path)) continue;
    else if (isNamespaceFile(entry) && isNamespaceStub(await textOf(entry)))
      settled.push(bytesEntry(entry.path, NAMESPACE_STUB, owners[0]));
    else {
      settled.push(entry);
      conflicts.push({ kind: "content", path: entry.path, owners });
    }
  }
  return { entries: settled, conflicts };
}

/** Owners of a path when at least two of them have different bytes for it, else none. */
function contestants(claims: Claims, path: string): string[] {
  const known = (claims.get(path) ?? []).filter((claim) => claim.sha256 !== undefined);
  if (new Set(known.map((claim) => claim.sha256)).size < 2) return [];
  return [...new Set(known.map((claim) => claim.owner))].sort();
}

const dataFolders = new Set(["bin", "share", "etc", "include", "docs", "examples", "benchmarks", "scripts"]);

/** Whether a path can matter to `import`: a module, or anything inside a package, outside of tests. */
function isImportable(path: string): boolean {
  const names = path.split("/");
  const file = names.pop()!;
  if (names.length === 0) return /\.(py|so|pth)$/.test(file);
  if (names.some((name) => name === "tests" || name === "test")) return false;
  return !dataFolders.has(names[0]!) && names.every((name) => /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name));
}

function isNamespaceFile(entry: SourceEntry): boolean {
  return entry.path.endsWith("/__init__.py") && entry.size <= MAX_NAMESPACE_STUB;
}

function isNamespaceStub(text: string): boolean {
  return namespaceMarks.some((mark) => text.includes(mark));
}
