import * as fs from "node:fs/promises";
import { isSpecial, readOnly, specialFile } from "./regularFile.js";

/** Bytes in a piece of a file. Archives depend on it: files are compressed in pieces of exactly this size. */
export const CHUNK_SIZE = 256 * 1024;

/**
 * The content of a regular file in pieces of exactly `CHUNK_SIZE` bytes, except for a shorter last one. An empty
 * file has no pieces. Every piece is a new buffer.
 */
export async function* fileChunks(path: string | Buffer): AsyncGenerator<Buffer> {
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
