import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { UvLambdaError } from "../../lib/errors.js";
import { byteChunks, CHUNK_SIZE } from "../../lib/fileChunks.js";
import { isSpecial, readOnly, specialFile } from "../../lib/regularFile.js";
import { modeOf } from "../../tree/fileFacts.js";
import type { Mode } from "../../tree/tree.js";
import { crc32 } from "../crc32.js";
import type { PackJobFile } from "./packer.js";

/** The content of a file on its way into a pack. If a scan has seen the file, it must still be the same. */
export class Content {
  crc = 0;
  size = 0;
  mode: Mode = 0o644;
  private hash = createHash("sha256");
  /** Bytes in memory cannot have changed since they were hashed. */
  private readonly known: string | undefined;

  constructor(private readonly file: PackJobFile) {
    this.known = "bytes" in file.source ? file.sha256 : undefined;
  }

  /** All bytes of a file of at most one piece, in `buffer` or a new buffer; undefined when there are more. */
  readSmall(buffer: Buffer): Uint8Array | undefined {
    const { source } = this.file;
    if ("bytes" in source) return source.bytes.length <= CHUNK_SIZE ? source.bytes : undefined;
    const { descriptor, size } = this.opened(source.file);
    try {
      if (size > CHUNK_SIZE) return undefined;
      return buffer.subarray(
        0,
        this.reading(() => readInto(descriptor, buffer.subarray(0, size))),
      );
    } finally {
      fs.closeSync(descriptor);
    }
  }

  /** Pieces of `CHUNK_SIZE`, each in its own buffer, because a compressor may still hold the one before. */
  *chunks(): Generator<Uint8Array> {
    const { source } = this.file;
    const newBuffer = (size: number) => Buffer.allocUnsafe(size);
    const pieces = "bytes" in source ? byteChunks(source.bytes) : this.fileChunks(source.file, newBuffer);
    for (const piece of pieces) yield this.take(piece);
  }

  /** Pieces in one buffer, each until the next is read. */
  *pieces(buffer: Buffer): Generator<Uint8Array> {
    const { source } = this.file;
    const sameBuffer = (size: number) => buffer.subarray(0, size);
    const pieces = "bytes" in source ? [source.bytes] : this.fileChunks(source.file, sameBuffer);
    for (const piece of pieces) yield this.take(piece);
  }

  take(chunk: Uint8Array): Uint8Array {
    if (this.size === 0) this.mode = modeOf(chunk);
    this.crc = crc32(chunk, this.crc);
    if (this.known === undefined) this.hash.update(chunk);
    this.size += chunk.length;
    return chunk;
  }

  /** Forgets what was read: the content is read from the start again. */
  rewound(): this {
    this.crc = 0;
    this.size = 0;
    this.hash = createHash("sha256");
    return this;
  }

  finish(): string {
    if (this.known !== undefined) return this.known;
    const sha256 = this.hash.digest("hex");
    if ((this.file.sha256 ?? sha256) === sha256) return sha256;
    throw new UvLambdaError("BAD_FILE", `${this.name} changed while it was being packed`, {
      hint: "Run the command again when nothing else writes to the file.",
    });
  }

  private *fileChunks(file: string, bufferOf: (size: number) => Buffer): Generator<Buffer> {
    const { descriptor, size } = this.opened(file);
    try {
      for (let left = size; left > 0;) {
        const piece = bufferOf(Math.min(CHUNK_SIZE, left));
        const length = this.reading(() => readInto(descriptor, piece));
        if (length === 0) return;
        left -= length;
        yield piece.subarray(0, length);
      }
    } finally {
      fs.closeSync(descriptor);
    }
  }

  private opened(file: string): { readonly descriptor: number; readonly size: number } {
    // Non-blocking: what was a file a moment ago may be a FIFO by now.
    const descriptor = this.reading(() => fs.openSync(file, readOnly));
    const status = fs.fstatSync(descriptor);
    if (!isSpecial(status)) return { descriptor, size: status.size };
    fs.closeSync(descriptor);
    throw specialFile(file, status);
  }

  private reading<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      throw new UvLambdaError("BAD_FILE", `${this.name} cannot be read any more`, { cause });
    }
  }

  private get name(): string {
    return "file" in this.file.source ? this.file.source.file : this.file.path;
  }
}

/** Fills the buffer up to the end of the file. Returns the number of bytes. */
function readInto(descriptor: number, buffer: Buffer): number {
  let filled = 0;
  while (filled < buffer.length) {
    const count = fs.readSync(descriptor, buffer, filled, buffer.length - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}
