import { UvLambdaError } from "../lib/errors.js";

// The three records of a zip that are written and read here, field by field: PKWARE's APPNOTE 4.3.7, 4.3.12, 4.3.16.

export const STORED = 0;
export const DEFLATED = 8;
export type Method = typeof STORED | typeof DEFLATED;

export const LOCAL_HEADER_SIZE = 30;
export const CENTRAL_HEADER_SIZE = 46;
export const END_RECORD_SIZE = 22;

const LOCAL_SIGNATURE = 0x04034b50;
export const CENTRAL_SIGNATURE = 0x02014b50;
export const END_SIGNATURE = 0x06054b50;

const VERSION = 20;
const HOST_UNIX = 3;
const FLAG_UTF8 = 0x0800;
/** 1980-01-01 00:00, the earliest time in a zip. Written as numbers: a Date would depend on the host's time zone. */
const DOS_TIME = 0;
const DOS_DATE = (1 << 5) | 1;
const REGULAR_FILE = 0o100000;

/** The highest values mean "see the zip64 record", which is neither written nor read here. */
const MAX_ENTRIES = 0xfffe;
const MAX_SIZE = 0xffff_fffe;

/** What both headers of a file contain. */
export interface FileRecord {
  readonly path: string;
  readonly mode: number;
  readonly method: Method;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
}

/** Header before a file's bytes. */
export function localHeader(record: FileRecord): Buffer {
  const name = Buffer.from(record.path);
  const header = Buffer.alloc(LOCAL_HEADER_SIZE + name.length);
  header.writeUInt32LE(LOCAL_SIGNATURE, 0);
  writeCommonFields(header, 4, record, name.length);
  name.copy(header, LOCAL_HEADER_SIZE);
  return header;
}

/** The file's row in the directory at the end of the archive. */
export function centralHeader(record: FileRecord, offset: number): Buffer {
  const name = Buffer.from(record.path);
  const header = Buffer.alloc(CENTRAL_HEADER_SIZE + name.length);
  header.writeUInt32LE(CENTRAL_SIGNATURE, 0);
  header.writeUInt16LE((HOST_UNIX << 8) | VERSION, 4);
  writeCommonFields(header, 6, record, name.length);
  header.writeUInt32LE(((REGULAR_FILE | record.mode) << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
  name.copy(header, CENTRAL_HEADER_SIZE);
  return header;
}

export function endRecord(entries: number, directorySize: number, directoryOffset: number): Buffer {
  const record = Buffer.alloc(END_RECORD_SIZE);
  record.writeUInt32LE(END_SIGNATURE, 0);
  record.writeUInt16LE(entries, 8);
  record.writeUInt16LE(entries, 10);
  record.writeUInt32LE(directorySize, 12);
  record.writeUInt32LE(directoryOffset, 16);
  return record;
}

function writeCommonFields(header: Buffer, at: number, record: FileRecord, nameLength: number): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(FLAG_UTF8, at + 2);
  header.writeUInt16LE(record.method, at + 4);
  header.writeUInt16LE(DOS_TIME, at + 6);
  header.writeUInt16LE(DOS_DATE, at + 8);
  header.writeUInt32LE(record.crc, at + 10);
  header.writeUInt32LE(record.compressedSize, at + 14);
  header.writeUInt32LE(record.size, at + 18);
  header.writeUInt16LE(nameLength, at + 22);
}

const hint =
  "To fix this, `prune` or `exclude` what is not needed. An image can get larger files from `image.baseImage` or your own Dockerfile.";

/** Refuses what a zip cannot hold without its 64-bit extension. */
export function refuseManyEntries(count: number, archive: string): void {
  if (count > MAX_ENTRIES)
    throw new UvLambdaError("TOO_LARGE", `${archive} would have ${count} files; a zip has at most ${MAX_ENTRIES}`, {
      hint,
    });
}

/** `bytes`: size of a file or of the archive, or a position in it. */
export function refuseLargeSize(bytes: number, what: string): void {
  if (bytes > MAX_SIZE)
    throw new UvLambdaError("TOO_LARGE", `${what} has ${bytes} bytes; a zip holds at most ${MAX_SIZE}`, { hint });
}

/** Where a file's bytes start, from the first 30 bytes of its local header. Undefined when that is not a header. */
export function localDataOffset(header: Buffer, offset: number): number | undefined {
  if (header.length < LOCAL_HEADER_SIZE || header.readUInt32LE(0) !== LOCAL_SIGNATURE) return undefined;
  return offset + LOCAL_HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
}
