import type { PackedFile } from "../../archive/pack.js";
import { readPacked } from "../../archive/packReader.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { bytesEntry } from "../../tree/fileFacts.js";
import type { Conflict } from "../../tree/merge.js";
import type { SourceEntry } from "../../tree/tree.js";
import { sourceOfBytecode } from "../install/bytecode.js";
import { infoFile } from "../install/distributions.js";
import { isImportable, isNamespaceStub, NAMESPACE_STUB } from "../pathConflicts/importable.js";
import { recordOf } from "./distributionPack.js";

export interface Joined {
  readonly rows: readonly PackedFile[];
  /** Files that replace some that are left out, or RECORDs that follow. */
  readonly replaced: readonly SourceEntry[];
  /** Importable paths that have different bytes in two distributions. */
  readonly conflicts: readonly Conflict[];
  /** Names of the distributions that lost files to `drop`. */
  readonly partial: readonly string[];
}

/**
 * The files of distributions that ship together, without those that `drop` names. If several distributions have a path,
 * the first by name keeps it. If its bytes differ, it depends on the path: one that no import reaches does not ship, a
 * namespace package's `__init__.py` gets one fixed text, and any other is a conflict. `trees` is in the order of the
 * names.
 */
export async function joinDistributions(
  trees: readonly (readonly PackedFile[])[],
  drop: (path: string) => boolean,
): Promise<Joined> {
  const [all, partial] = withoutDropped(trees.flat(), drop);
  const byPath = new Map<string, PackedFile[]>();
  for (const row of all) byPath.set(row.path, [...(byPath.get(row.path) ?? []), row]);
  const lost = new Set<PackedFile>();
  const replaced: SourceEntry[] = [];
  const conflicts: Conflict[] = [];
  const settled = new Map<string, "nobody" | "stub">();
  for (const [path, rows] of byPath) {
    if (rows.length < 2 || sourceOfBytecode(path) !== undefined) continue;
    const [first, ...others] = rows as [PackedFile, ...PackedFile[]];
    for (const row of others) lost.add(row);
    if (others.every((row) => row.sha256 === first.sha256)) continue;
    if (!isImportable(path)) {
      lost.add(first);
      settled.set(path, "nobody");
    } else if (await areStubs(rows)) {
      lost.add(first);
      settled.set(path, "stub");
      replaced.push(bytesEntry(path, NAMESPACE_STUB, first.owner));
    } else conflicts.push({ kind: "third-party", path, owners: rows.map(({ owner }) => owner ?? null) });
  }
  for (const [path, rows] of byPath) {
    const source = sourceOfBytecode(path);
    if (source === undefined) continue;
    // Bytecode follows its source.
    const keeps = settled.has(source) ? undefined : rows[0];
    for (const row of rows) if (row !== keeps) lost.add(row);
  }
  const rows = all.filter((row) => !lost.has(row));
  const touched = new Set([...partial, ...[...lost].map(({ owner }) => owner), ...replaced.map(({ owner }) => owner)]);
  const records = rows.filter((row) => infoFile(row.path) === "RECORD" && touched.has(row.owner));
  const kept = rows.filter((row) => !records.includes(row));
  conflicts.sort((a, b) => compareBytes(a.path, b.path));
  const following = records.map((record) => follow(record, kept, replaced));
  return { rows: kept, replaced: [...replaced, ...following], conflicts, partial };
}

/** The rows that stay, and the packages that lose some. Lost bytecode does not count: RECORD does not list it. */
function withoutDropped(
  rows: readonly PackedFile[],
  drop: (path: string) => boolean,
): [rows: readonly PackedFile[], partial: string[]] {
  const partial = new Set<string>();
  const kept: PackedFile[] = [];
  const gone = new Set<string>();
  for (const row of rows) {
    if (!drop(row.path)) kept.push(row);
    else {
      gone.add(row.path);
      if (row.owner !== undefined && infoFile(row.path) === undefined && sourceOfBytecode(row.path) === undefined)
        partial.add(row.owner);
    }
  }
  const remains = kept.filter((row) => !gone.has(sourceOfBytecode(row.path) ?? ""));
  return [remains, [...partial].sort(compareBytes)];
}

async function areStubs(rows: readonly PackedFile[]): Promise<boolean> {
  const texts = await Promise.all(rows.map(async (row) => (await readPacked(row)).toString("utf8")));
  return rows.every((row, i) => isNamespaceStub(row.path, texts[i]!));
}

function follow(
  { owner, path }: PackedFile,
  rows: readonly PackedFile[],
  replaced: readonly SourceEntry[],
): SourceEntry {
  const listed = rows.filter((row) => sourceOfBytecode(row.path) === undefined);
  return recordOf(owner, path, [...listed, ...replaced]);
}
