import * as fs from "node:fs";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { UvLambdaError } from "../lib/errors.js";
import { printableName } from "../tree/names.js";
import { crc32 } from "./crc32.js";
import type { PackedFile } from "./pack.js";
import { STORED } from "./zipRecords.js";

const READ_SIZE = 1024 * 1024;
/** Systems limit how many files a process may open at once. */
const MAX_OPEN = 32;

const inflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

/** The data files of packs while they are read. */
export class OpenPacks {
  private readonly descriptors = new Map<string, number>();

  static async reading<T>(use: (packs: OpenPacks) => Promise<T>): Promise<T> {
    const packs = new OpenPacks();
    try {
      return await use(packs);
    } finally {
      for (const descriptor of packs.descriptors.values()) fs.closeSync(descriptor);
    }
  }

  /**
   * The stored bytes of a file, in pieces. Synchronous: they were just verified, so they are in the system's memory.
   */
  *compressedBytes(file: PackedFile): Generator<Buffer> {
    for (let done = 0; done < file.compressedSize; done += READ_SIZE) {
      const bytes = Buffer.allocUnsafe(Math.min(READ_SIZE, file.compressedSize - done));
      this.readInto(bytes, file, done);
      yield bytes;
    }
  }

  /** Fills `buffer` with the stored bytes of a file, from byte `done` on. Synchronous, like `compressedBytes`. */
  readInto(buffer: Buffer, file: PackedFile, done: number): void {
    // Opened each time: another reader may have needed the slot since.
    const descriptor = this.open(file.data);
    for (let filled = 0; filled < buffer.length;) {
      const read = fs.readSync(descriptor, buffer, filled, buffer.length - filled, file.offset + done + filled);
      if (read === 0) throw damaged(file, "is cut off");
      filled += read;
    }
  }

  /** The unpacked `compressedBytes`, in pieces. Throws BAD_FILE when they do not match the pack's list. */
  async *content(file: PackedFile): AsyncGenerator<Buffer> {
    let crc = 0;
    let size = 0;
    for await (const bytes of this.unpacked(file)) {
      crc = crc32(bytes, crc);
      size += bytes.length;
      if (size > file.size) throw damaged(file, "is longer than its list says");
      yield bytes;
    }
    if (size !== file.size) throw damaged(file, "is shorter than its list says");
    if (crc !== file.crc) throw damaged(file, "has a wrong checksum");
  }

  private async *unpacked(file: PackedFile): AsyncGenerator<Buffer> {
    if (file.method === STORED) {
      yield* this.compressedBytes(file);
      return;
    }
    try {
      if (file.compressedSize <= READ_SIZE && file.size <= READ_SIZE) {
        const bytes = Buffer.concat([...this.compressedBytes(file)]);
        yield await inflateRaw(bytes, { maxOutputLength: Math.max(1, file.size) });
        return;
      }
      const input = Readable.from(this.compressedBytes(file), { objectMode: false });
      const inflate = input.pipe(zlib.createInflateRaw());
      // pipe() does not pass errors on.
      input.once("error", (error) => inflate.destroy(error));
      yield* inflate as AsyncIterable<Buffer>;
    } catch (cause) {
      if (cause instanceof UvLambdaError) throw cause;
      throw damaged(file, (cause as Error).message);
    }
  }

  private open(data: string): number {
    const known = this.descriptors.get(data);
    if (known !== undefined) return known;
    const [oldest] = this.descriptors;
    if (oldest !== undefined && this.descriptors.size >= MAX_OPEN) {
      this.descriptors.delete(oldest[0]);
      fs.closeSync(oldest[1]);
    }
    const descriptor = fs.openSync(data, "r");
    this.descriptors.set(data, descriptor);
    return descriptor;
  }
}

/** The content of one file, in memory. Throws BAD_FILE. */
export async function readPacked(file: PackedFile): Promise<Buffer> {
  return OpenPacks.reading(async (packs) => {
    const pieces: Buffer[] = [];
    for await (const piece of packs.content(file)) pieces.push(piece);
    return Buffer.concat(pieces);
  });
}

function damaged(file: PackedFile, what: string): UvLambdaError {
  return new UvLambdaError("BAD_FILE", `${printableName(file.path)} in ${file.data} ${what}`);
}
