import { fstatSync } from "node:fs";
import { UvLambdaError } from "../../lib/errors.js";
import { fillSync } from "../../lib/files/fileChunks.js";
import { decodeName, printableName } from "../../tree/names.js";
import {
  CENTRAL_HEADER_SIZE,
  CENTRAL_SIGNATURE,
  DEFLATED,
  END_RECORD_SIZE,
  END_SIGNATURE,
  LOCAL_HEADER_SIZE,
  STORED,
  type FileRecord,
} from "../zipRecords.js";

const MAX_COMMENT = 0xffff;
const ZIP64_MARK = 0xffff_ffff;
const FLAG_ENCRYPTED = 1;
const FILE_TYPE_BITS = 0o170000;
const FOLDER = 0o040000;
const REGULAR_FILE = 0o100000;
/** Hosts whose archives hold Unix modes: Unix and macOS. */
const UNIX_HOSTS = [3, 19];

/** One row of an archive's directory. */
export interface ArchiveEntry extends FileRecord {
  /** Path as in the archive, without a folder's slash. Not checked. */
  readonly path: string;
  readonly kind: "file" | "folder" | "other";
  /** Where the local header starts. */
  readonly offset: number;
}

/**
 * Reads the directory of an open zip. Throws BAD_FILE when it is damaged, encrypted, or needs an unsupported feature.
 */
export function readDirectory(descriptor: number, archive: string): ArchiveEntry[] {
  const { bytes, count, start } = directoryOf(descriptor, archive);
  const entries = [...rowsOf(bytes, count, archive)].map((at) => parseRow(bytes, at, archive));
  for (const entry of entries) refuseImpossible(entry, start, archive);
  refuseOverlaps(entries, archive);
  return entries;
}

/** The first file with that path. Only the lengths of other rows are read, because most callers want one file. */
export function findInDirectory(descriptor: number, archive: string, path: string): ArchiveEntry | undefined {
  const { bytes, count, start } = directoryOf(descriptor, archive);
  const name = Buffer.from(path);
  for (const at of rowsOf(bytes, count, archive)) {
    if (nameLengthAt(bytes, at) !== name.length || !nameAt(bytes, at).equals(name)) continue;
    const entry = parseRow(bytes, at, archive);
    if (entry.kind !== "file") continue;
    refuseImpossible(entry, start, archive);
    return entry;
  }
  return undefined;
}

interface Directory {
  readonly bytes: Buffer;
  /** Of its rows. */
  readonly count: number;
  /** Where it starts in the archive. */
  readonly start: number;
}

/** Synchronous: archives that are read here were just written or verified, so they are in the system's memory. */
function directoryOf(descriptor: number, archive: string): Directory {
  const { size } = fstatSync(descriptor);
  const tailSize = Math.min(size, END_RECORD_SIZE + MAX_COMMENT);
  const tail = fillSync(descriptor, Buffer.allocUnsafe(tailSize), size - tailSize);
  const end = findEndRecord(tail);
  if (end === undefined) throw damaged(archive, "it has no end record");
  const count = tail.readUInt16LE(end + 10);
  const directorySize = tail.readUInt32LE(end + 12);
  const start = tail.readUInt32LE(end + 16);
  if (start === ZIP64_MARK || directorySize === ZIP64_MARK) throw damaged(archive, "it is larger than 4.29 GB");
  if (start + directorySize > size) throw damaged(archive, "its directory is cut off");
  return { bytes: fillSync(descriptor, Buffer.allocUnsafe(directorySize), start), count, start };
}

function findEndRecord(tail: Buffer): number | undefined {
  for (let at = tail.length - END_RECORD_SIZE; at >= 0; at--)
    // A comment may contain the signature too. Exactly its comment follows the right one.
    if (tail.readUInt32LE(at) === END_SIGNATURE && at + END_RECORD_SIZE + tail.readUInt16LE(at + 20) === tail.length)
      return at;
  return undefined;
}

/** Where each row starts. */
function* rowsOf(directory: Buffer, count: number, archive: string): Generator<number> {
  let at = 0;
  for (let row = 1; row <= count; row++) {
    const nameStart = at + CENTRAL_HEADER_SIZE;
    const isRow = nameStart <= directory.length && directory.readUInt32LE(at) === CENTRAL_SIGNATURE;
    if (!isRow || nameStart + nameLengthAt(directory, at) > directory.length)
      throw damaged(archive, `row ${row} of its directory is broken`);
    yield at;
    at = nameStart + nameLengthAt(directory, at) + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
}

function nameLengthAt(directory: Buffer, row: number): number {
  return directory.readUInt16LE(row + 28);
}

function nameAt(directory: Buffer, row: number): Buffer {
  const start = row + CENTRAL_HEADER_SIZE;
  return directory.subarray(start, start + nameLengthAt(directory, row));
}

function parseRow(directory: Buffer, at: number, archive: string): ArchiveEntry {
  const row = directory.subarray(at, at + CENTRAL_HEADER_SIZE);
  const nameBytes = nameAt(directory, at);
  const name = decodeName(nameBytes);
  if (name === undefined) throw damaged(archive, `the name ${printableName(nameBytes)} is not UTF-8`);
  if (row.readUInt16LE(8) & FLAG_ENCRYPTED) throw damaged(archive, `${printableName(name)} is encrypted`);
  const method = row.readUInt16LE(10);
  if (method !== STORED && method !== DEFLATED)
    throw damaged(archive, `${printableName(name)} is compressed by method ${method}, not by deflate`);
  const unixMode = UNIX_HOSTS.includes(row.readUInt8(5)) ? row.readUInt16LE(40) : 0;
  return {
    path: name.endsWith("/") ? name.slice(0, -1) : name,
    kind: kindOf(name, unixMode & FILE_TYPE_BITS),
    mode: (unixMode & 0o111) === 0 ? 0o644 : 0o755,
    method,
    crc: row.readUInt32LE(16),
    compressedSize: row.readUInt32LE(20),
    size: row.readUInt32LE(24),
    offset: row.readUInt32LE(42),
  };
}

function kindOf(name: string, fileType: number): ArchiveEntry["kind"] {
  if (fileType === FOLDER || (fileType === 0 && name.endsWith("/"))) return "folder";
  return (fileType === 0 || fileType === REGULAR_FILE) && !name.endsWith("/") ? "file" : "other";
}

function refuseImpossible(entry: ArchiveEntry, directoryStart: number, archive: string): void {
  const { method, size, compressedSize, offset } = entry;
  const impossible = method === STORED ? size !== compressedSize : compressedSize === 0;
  if (impossible || offset + compressedSize > directoryStart)
    throw damaged(archive, `the sizes of ${printableName(entry.path)} are wrong`);
}

/** Rows that share bytes unpack to far more than the archive holds. */
function refuseOverlaps(entries: readonly ArchiveEntry[], archive: string): void {
  const placed = [...entries].sort((a, b) => a.offset - b.offset);
  for (const [i, { offset, compressedSize }] of placed.entries()) {
    const next = placed[i + 1];
    if (next !== undefined && offset + LOCAL_HEADER_SIZE + compressedSize > next.offset)
      throw damaged(archive, `${printableName(next.path)} is inside of another file`);
  }
}

export function damaged(archive: string, reason: string): UvLambdaError {
  return new UvLambdaError("BAD_FILE", `${archive} cannot be read as a zip: ${reason}`);
}
