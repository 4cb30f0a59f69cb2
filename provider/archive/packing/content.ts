import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { UvLambdaError } from "../../lib/errors.js";
import { byteChunks, CHUNK_SIZE, fillSync } from "../../lib/files/fileChunks.js";
import { isSpecial, readOnly, specialFile } from "../../lib/regularFile.js";
import { modeOf } from "../../tree/fileFacts.js";
import type { Mode } from "../../tree/tree.js";
import { crc32 } from "../crc32.js";
import type { PackJobFile } from "./packer.js";

interface OpenFile {
  readonly descriptor: number;
  readonly size: number;
}

/** Bytes of a file that is read in pieces to hold at most, in case they do not shrink. */
const MAX_HELD = 4 * 1024 * 1024;

/** The content of a file on its way into a pack. If a scan has seen the file, it must still be the same. */
export class Content {
  crc = 0;
  size = 0;
  mode: Mode = 0o644;
  private hash = createHash("sha256");
  /** Bytes in memory cannot have changed since they were hashed. */
  private readonly known: string | undefined;
  private open: OpenFile | undefined;
  private held: Uint8Array[] = [];

  constructor(private readonly file: PackJobFile) {
    this.known = "bytes" in file.source ? file.sha256 : undefined;
  }

  /**
   * All bytes of a file of at most one piece, in `buffer` or a new buffer; undefined when there are more. Then the file
   * stays open until its pieces are read, or until `close`.
   */
  readSmall(buffer: Buffer): Uint8Array | undefined {
    const { source } = this.file;
    if ("bytes" in source) return source.bytes.length <= CHUNK_SIZE ? source.bytes : undefined;
    const { descriptor, size } = this.opened(source.file);
    return size > CHUNK_SIZE ? undefined : this.reading(() => fillSync(descriptor, buffer.subarray(0, size)));
  }

  /** Pieces of `CHUNK_SIZE`, each in its own buffer, because a compressor may still hold the one before. */
  *chunks(): Generator<Uint8Array> {
    const { source } = this.file;
    const newBuffer = (size: number) => Buffer.allocUnsafe(size);
    const pieces = "bytes" in source ? byteChunks(source.bytes) : this.fileChunks(source.file, newBuffer);
    for (const piece of pieces) {
      this.held.push(this.take(piece));
      if (this.size > MAX_HELD) this.held = [];
      yield piece;
    }
  }

  /** The same pieces again: what was held, or read from the start. */
  *chunksAgain(): Generator<Uint8Array> {
    if (this.size <= MAX_HELD) return yield* this.held;
    this.crc = 0;
    this.size = 0;
    this.hash = createHash("sha256");
    yield* this.chunks();
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

  close(): void {
    if (this.open !== undefined) fs.closeSync(this.open.descriptor);
    this.open = undefined;
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
        const read = this.reading(() => fillSync(descriptor, piece));
        if (read.length === 0) return;
        left -= read.length;
        yield read;
      }
    } finally {
      this.close();
    }
  }

  private opened(file: string): OpenFile {
    if (this.open !== undefined) return this.open;
    // Non-blocking: what was a file a moment ago may be a FIFO by now.
    const descriptor = this.reading(() => fs.openSync(file, readOnly));
    const status = fs.fstatSync(descriptor);
    this.open = { descriptor, size: status.size };
    if (isSpecial(status)) throw specialFile(file, status);
    return this.open;
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
