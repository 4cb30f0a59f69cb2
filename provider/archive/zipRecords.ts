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
  return withFields(localTemplate, LOCAL_FIELDS, record);
}

/** The file's row in the directory at the end of the archive. */
export function centralHeader(record: FileRecord, offset: number): Buffer {
  const header = withFields(centralTemplate, CENTRAL_FIELDS, record);
  header.writeUInt32LE(((REGULAR_FILE | record.mode) << 16) >>> 0, 38);
  header.writeUInt32LE(offset, 42);
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

/** Where the fields start that both headers have. */
const LOCAL_FIELDS = 4;
const CENTRAL_FIELDS = 6;

const localTemplate = template(LOCAL_HEADER_SIZE, LOCAL_SIGNATURE, LOCAL_FIELDS);
const centralTemplate = template(CENTRAL_HEADER_SIZE, CENTRAL_SIGNATURE, CENTRAL_FIELDS);
centralTemplate.writeUInt16LE((HOST_UNIX << 8) | VERSION, 4);

/** What is the same for every file. */
function template(size: number, signature: number, fields: number): Buffer {
  const header = Buffer.alloc(size);
  header.writeUInt32LE(signature, 0);
  header.writeUInt16LE(VERSION, fields);
  header.writeUInt16LE(FLAG_UTF8, fields + 2);
  header.writeUInt16LE(DOS_TIME, fields + 6);
  header.writeUInt16LE(DOS_DATE, fields + 8);
  return header;
}

function withFields(start: Buffer, fields: number, record: FileRecord): Buffer {
  const nameLength = Buffer.byteLength(record.path);
  const header = Buffer.allocUnsafe(start.length + nameLength);
  start.copy(header);
  header.write(record.path, start.length);
  header.writeUInt16LE(record.method, fields + 4);
  header.writeUInt32LE(record.crc, fields + 10);
  header.writeUInt32LE(record.compressedSize, fields + 14);
  header.writeUInt32LE(record.size, fields + 18);
  header.writeUInt16LE(nameLength, fields + 22);
  return header;
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
