import * as path from "node:path";
import { compareBytes } from "../../lib/byteOrder.js";
import { parseRecord } from "../../packaging/install/wheelRecord.js";
import { printableName } from "../../tree/names.js";

export interface PackedFile {
  /** In printable form: anybody may have made the archive. */
  readonly path: string;
  /** Bytes unpacked, and bytes in the archive. A folder has no archive. */
  readonly unzipped: number;
  readonly zipped: number | undefined;
}

/** The share of one package, or of the function itself, in an artifact. */
export interface Share {
  /** Undefined for files that belong to no package. */
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The largest first. */
  readonly files: readonly PackedFile[];
  readonly unzipped: number;
  readonly zipped: number | undefined;
}

/** What is needed here from an archive or folder. */
export interface Listing {
  /** Paths as they are. */
  readonly files: readonly PackedFile[];
  /** Text of each RECORD of a dist-info folder, by path. */
  readonly records: ReadonlyMap<string, string>;
}

/** Longest RECORD that is read. The longest of any package on PyPI is far shorter. */
export const maxRecordBytes = 8_000_000;

const recordPath = /^(|.*\/)([^/]+?)-([^/-]+)\.dist-info\/RECORD$/;

export function isRecord(file: string): boolean {
  return recordPath.test(file);
}

interface Owner {
  readonly name: string;
  readonly version: string;
}

/** Everything in a listing by owner, the largest first. Owners are determined from the listing alone. */
export function sharesOf({ files, records }: Listing): Share[] {
  const owners = ownersOf(records);
  const groups = new Map<Owner | undefined, PackedFile[]>();
  for (const file of files) {
    const owner = owners.get(file.path) ?? owners.get(sourceOf(file.path));
    const group = groups.get(owner) ?? [];
    groups.set(owner, group);
    group.push({ ...file, path: printableName(file.path) });
  }
  return [...groups].map(([owner, group]) => shareOf(owner, group)).sort(byWeight(({ name = "" }) => name));
}

function shareOf(owner: Owner | undefined, files: readonly PackedFile[]): Share {
  return {
    name: owner && printableName(owner.name),
    version: owner && printableName(owner.version),
    files: [...files].sort(byWeight(({ path: name }) => name)),
    unzipped: files.reduce((sum, file) => sum + file.unzipped, 0),
    zipped: zippedOf(files),
  };
}

/** Undefined when one of them is not in an archive. */
export function zippedOf(items: readonly { readonly zipped: number | undefined }[]): number | undefined {
  return items.reduce<number | undefined>(
    (sum, { zipped }) => (sum === undefined || zipped === undefined ? undefined : sum + zipped),
    0,
  );
}

function byWeight<T extends { readonly unzipped: number }>(nameOf: (item: T) => string) {
  return (a: T, b: T) => b.unzipped - a.unzipped || compareBytes(nameOf(a), nameOf(b));
}

/** Owner of each path that a dist-info folder's RECORD lists. */
function ownersOf(records: ReadonlyMap<string, string>): Map<string, Owner> {
  const owners = new Map<string, Owner>();
  for (const [file, text] of records) {
    const [, root = "", name = "", version = ""] = recordPath.exec(file) ?? [];
    const owner = { name, version };
    for (const line of parseRecord(text)) owners.set(path.posix.join(root, line.path), owner);
  }
  return owners;
}

/** The module that a `.pyc` was compiled from: bytecode is not in RECORD. */
function sourceOf(file: string): string {
  return file.replace(/(^|\/)__pycache__\/([^/.]+)\.[^/]*\.pyc$/, "$1$2.py");
}
