import { crc32, inflateRawSync } from "node:zlib";

/**
 * One entry of a zip archive. `mode` holds the Unix bits as stored, file type included; undefined when the writer
 * stored none.
 */
export interface ZipEntry {
  readonly name: string;
  readonly mode: number | undefined;
  readonly size: number;
  readonly data: () => Buffer;
}

export class ZipError extends Error {}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const MADE_ON_UNIX = 3;
const ENCRYPTED = 0x1;

/**
 * Lists a zip archive by its central directory, checking every header on the way. It shares no code with the product,
 * so that it does not repeat a mistake of the product's writer. Throws ZipError when the archive cannot be read as AWS
 * would read it.
 */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  const start = archive.readUInt32LE(end + 16);
  if (count === 0xffff || start === 0xffffffff) throw new ZipError("zip64 archives are not understood by this reader");
  const entries: ZipEntry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw new ZipError(`central directory broken at entry ${i}`);
    const nameLength = archive.readUInt16LE(at + 28);
    entries.push(readEntry(archive, at, archive.toString("utf8", at + 46, at + 46 + nameLength)));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  if (at !== end) throw new ZipError("central directory does not end where the archive says");
  return entries;
}

function findEnd(archive: Buffer): number {
  const lowest = Math.max(0, archive.length - 22 - 0xffff);
  for (let at = archive.length - 22; at >= lowest; at--) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw new ZipError("no end of central directory: not a zip archive");
}

function readEntry(archive: Buffer, at: number, name: string): ZipEntry {
  const method = archive.readUInt16LE(at + 10);
  const crc = archive.readUInt32LE(at + 16);
  const compressedSize = archive.readUInt32LE(at + 20);
  const size = archive.readUInt32LE(at + 24);
  const local = archive.readUInt32LE(at + 42);
  if (archive.readUInt16LE(at + 8) & ENCRYPTED) throw new ZipError(`${name}: encrypted`);
  if (method !== 0 && method !== 8) throw new ZipError(`${name}: compression method ${method}`);
  if (local + 30 > archive.length || archive.readUInt32LE(local) !== LOCAL_ENTRY)
    throw new ZipError(`${name}: no local header`);
  const localNameLength = archive.readUInt16LE(local + 26);
  if (archive.toString("utf8", local + 30, local + 30 + localNameLength) !== name) {
    throw new ZipError(`${name}: the local header has another name`);
  }
  const from = local + 30 + localNameLength + archive.readUInt16LE(local + 28);
  const data = (): Buffer => {
    const stored = archive.subarray(from, from + compressedSize);
    const bytes = method === 0 ? stored : inflateRawSync(stored);
    if (bytes.length !== size || crc32(bytes) !== crc)
      throw new ZipError(`${name}: content does not match its checksum`);
    return bytes;
  };
  const mode = archive.readUInt8(at + 5) === MADE_ON_UNIX ? archive.readUInt16LE(at + 40) : undefined;
  return { name, mode, size, data };
}
