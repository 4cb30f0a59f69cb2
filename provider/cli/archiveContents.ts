import * as path from "node:path";
import { compareBytes } from "../lib/byteOrder.js";
import { listArchive, readFromArchive } from "../archive/reader/archiveReader.js";
import { parseRecord } from "../packaging/install/wheelRecord.js";

export interface PackedFile {
  readonly path: string;
  /** Bytes unpacked, and as they lie in the archive. */
  readonly unzipped: number;
  readonly zipped: number;
}

/** What one package, or the function itself, takes in an archive. */
export interface Share {
  /** `boto3 1.40.0`; undefined for files that belong to no package. */
  readonly name: string | undefined;
  /** The largest first. */
  readonly files: readonly PackedFile[];
  readonly unzipped: number;
  readonly zipped: number;
}

/** Everything in an archive by owner, the largest first. Owners are told from the archive alone. Throws BAD_FILE. */
export async function archiveContents(archive: string): Promise<Share[]> {
  const rows = (await listArchive(archive)).filter((row) => row.kind === "file");
  const owners = await readOwners(
    archive,
    rows.map((row) => row.path),
  );
  const files = new Map<string | undefined, PackedFile[]>();
  for (const { path: file, size, compressedSize } of rows) {
    const owner = owners.get(file) ?? owners.get(sourceOf(file));
    const list = files.get(owner) ?? [];
    files.set(owner, list);
    list.push({ path: file, unzipped: size, zipped: compressedSize });
  }
  return [...files].map(([name, list]) => shareOf(name, list)).sort(bySize);
}

function shareOf(name: string | undefined, files: readonly PackedFile[]): Share {
  const sum = (count: (file: PackedFile) => number) => files.reduce((total, file) => total + count(file), 0);
  return { name, files: [...files].sort(bySize), unzipped: sum((f) => f.unzipped), zipped: sum((f) => f.zipped) };
}

function bySize(a: PackedFile | Share, b: PackedFile | Share): number {
  return b.unzipped - a.unzipped || compareBytes(nameOf(a), nameOf(b));
}

function nameOf(item: PackedFile | Share): string {
  return "path" in item ? item.path : (item.name ?? "");
}

/** Owner of each path that a dist-info folder's RECORD lists. */
async function readOwners(archive: string, paths: readonly string[]): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const file of paths) {
    const [, root = "", name, version] = /^(|.*\/)([^/]+?)-([^/-]+)\.dist-info\/RECORD$/.exec(file) ?? [];
    if (name === undefined) continue;
    const owner = `${name} ${version}`;
    const record = (await readFromArchive(archive, file))?.toString("utf8") ?? "";
    for (const line of parseRecord(record)) owners.set(path.posix.join(root, line.path), owner);
  }
  return owners;
}

/** The module that a `.pyc` was compiled from: bytecode is not in RECORD. */
function sourceOf(file: string): string {
  return file.replace(/(^|\/)__pycache__\/([^/.]+)\.[^/]*\.pyc$/, "$1$2.py");
}
