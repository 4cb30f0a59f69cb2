import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { UvLambdaError } from "../../lib/errors.js";
import { CHUNK_SIZE, fillSync } from "../../lib/files/fileChunks.js";
import { printableName } from "../../tree/names.js";
import { damaged, type ArchiveEntry } from "./directory.js";
import { crc32 } from "../crc32.js";
import { LOCAL_HEADER_SIZE, STORED, localDataOffset } from "../zipRecords.js";

const inflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

/** An archive that is being read. */
export interface OpenArchive {
  readonly path: string;
  readonly descriptor: number;
}

/** The content of one file, in memory. Throws BAD_FILE when it does not match the directory. */
export async function readEntry(archive: OpenArchive, entry: ArchiveEntry): Promise<Buffer> {
  const start = dataOffset(archive, entry);
  const raw = fillSync(archive.descriptor, Buffer.allocUnsafe(entry.compressedSize), start);
  return asDamage(archive, entry, async () => {
    const content = entry.method === STORED ? raw : await inflated(raw, entry.size);
    if (content.length !== entry.size) throw new Error("its length is not the one in the directory");
    if (crc32(content) !== entry.crc) throw new Error("its checksum is wrong");
    return content;
  });
}

/** A small file is unpacked in this thread: the trip to another one takes longer. */
function inflated(raw: Buffer, size: number): Buffer | Promise<Buffer> {
  const options = { maxOutputLength: Math.max(1, size) };
  return size <= CHUNK_SIZE ? zlib.inflateRawSync(raw, options) : inflateRaw(raw, options);
}

/** Hex SHA-256 of one file's content, read in pieces. Throws BAD_FILE when it does not match the directory. */
export async function hashEntry(archive: OpenArchive, entry: ArchiveEntry): Promise<string> {
  const hash = createHash("sha256");
  await streamTo(archive, entry, () => hash);
  return hash.digest("hex");
}

async function streamTo(archive: OpenArchive, entry: ArchiveEntry, open: () => NodeJS.WritableStream): Promise<void> {
  const start = dataOffset(archive, entry);
  const check = new ContentCheck(entry);
  await asDamage(archive, entry, async () => {
    // A stream cannot be asked to read nothing.
    if (entry.compressedSize === 0) open().end();
    else await pipeline(contentFrom(archive, entry, start), (chunks) => check.passing(chunks), open());
    check.finish();
  });
}

function contentFrom(archive: OpenArchive, entry: ArchiveEntry, start: number): Readable {
  const raw = createReadStream(archive.path, { start, end: start + entry.compressedSize - 1 });
  if (entry.method === STORED) return raw;
  const content = raw.pipe(zlib.createInflateRaw());
  // pipe() does not pass errors on.
  raw.once("error", (error) => content.destroy(error));
  return content;
}

class ContentCheck {
  private crc = 0;
  private size = 0;

  constructor(private readonly entry: ArchiveEntry) {}

  add(chunk: Uint8Array): void {
    this.crc = crc32(chunk, this.crc);
    this.size += chunk.length;
    if (this.size > this.entry.size) throw new Error("it is longer than the directory says");
  }

  async *passing(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.add(chunk);
      yield chunk;
    }
  }

  finish(): void {
    if (this.size !== this.entry.size) throw new Error("it is shorter than the directory says");
    if (this.crc !== this.entry.crc) throw new Error("its checksum is wrong");
  }
}

function dataOffset({ descriptor, path }: OpenArchive, entry: ArchiveEntry): number {
  const header = fillSync(descriptor, Buffer.allocUnsafe(LOCAL_HEADER_SIZE), entry.offset);
  const offset = localDataOffset(header, entry.offset);
  if (offset === undefined) throw damaged(path, `the header of ${printableName(entry.path)} is broken`);
  return offset;
}

/** An error in `work` is the archive's fault, unless it comes from the file system. */
async function asDamage<T>(archive: OpenArchive, entry: ArchiveEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { syscall, message } = cause as NodeJS.ErrnoException;
    const text = `${printableName(entry.path)}: ${message}`;
    if (syscall === undefined) throw damaged(archive.path, text);
    throw new UvLambdaError("BAD_FILE", `${archive.path} cannot be unpacked, ${text}`, { cause });
  }
}
