import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import * as fs from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isSpecial, readOnly, specialFile } from "./regularFile.js";

/** Bytes in a piece of a file. Archives depend on it: files are compressed in pieces of exactly this size. */
export const CHUNK_SIZE = 256 * 1024;

/**
 * The content of a regular file in pieces of exactly `CHUNK_SIZE` bytes, except for a shorter last one. An empty
 * file has no pieces. Every piece is a new buffer.
 */
export async function* fileChunks(path: string | Buffer): AsyncGenerator<Buffer> {
  const small = readSmall(path);
  if (small !== undefined) {
    if (small.length > 0) yield small;
    // Thousands of small files must not keep everything else waiting.
    await nextTurn();
    return;
  }
  // Non-blocking: the file may have been replaced by a FIFO.
  const handle = await fs.open(path, readOnly);
  try {
    const status = await handle.stat();
    if (isSpecial(status)) throw specialFile(String(path), status);
    let left = status.size;
    while (left > 0) {
      const piece = await readFully(handle, Buffer.allocUnsafe(Math.min(CHUNK_SIZE, left)));
      if (piece.length === 0) return;
      left -= piece.length;
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

/**
 * All bytes of a regular file of at most one piece; undefined when there are more. Synchronous: for a small file, four
 * trips to another thread take three times as long as reading it.
 */
export function readSmall(path: string | Buffer): Buffer | undefined {
  const descriptor = openSync(path, readOnly);
  try {
    const status = fstatSync(descriptor);
    if (isSpecial(status)) throw specialFile(String(path), status);
    if (status.size > CHUNK_SIZE) return undefined;
    const bytes = Buffer.allocUnsafe(status.size);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(descriptor);
  }
}

/** Cuts bytes in memory into the same pieces as a file. */
export function* byteChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_SIZE) yield bytes.subarray(start, start + CHUNK_SIZE);
}

/**
 * Fills `buffer` from the handle's current position, or from `position`. The result is shorter only at the end of the
 * file.
 */
export async function readFully(handle: fs.FileHandle, buffer: Buffer, position?: number): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const from = position === undefined ? null : position + filled;
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
