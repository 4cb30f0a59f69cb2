import { closeSync, fstatSync, openSync, read, readSync, type BigIntStats } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { isSpecial, readOnly, specialFile } from "../regularFile.js";

/** Bytes in a piece of a file. Archives depend on it: files are compressed in pieces of exactly this size. */
export const CHUNK_SIZE = 256 * 1024;

const readAsync = promisify(read);

/**
 * The content of a regular file in pieces of exactly `CHUNK_SIZE` bytes, except for a shorter last one. An empty
 * file has no pieces. Every piece is a new buffer. A small file is read synchronously: four trips to another thread
 * take three times as long as reading it. `onOpened` is told what the file looks like before it is read.
 */
export async function* fileChunks(
  path: string | Buffer,
  onOpened?: (status: BigIntStats) => void,
): AsyncGenerator<Buffer> {
  // Non-blocking: the file may have been replaced by a FIFO.
  const descriptor = openSync(path, readOnly);
  try {
    const status = fstatSync(descriptor, { bigint: true });
    if (isSpecial(status)) throw specialFile(String(path), status);
    onOpened?.(status);
    const size = Number(status.size);
    if (size <= CHUNK_SIZE) {
      const bytes = fillSync(descriptor, Buffer.allocUnsafe(size));
      if (bytes.length > 0) yield bytes;
      // Thousands of small files must not keep everything else waiting.
      await nextTurn();
      return;
    }
    for (let left = size; left > 0;) {
      const piece = await fill(descriptor, Buffer.allocUnsafe(Math.min(CHUNK_SIZE, left)));
      if (piece.length === 0) return;
      left -= piece.length;
      yield piece;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Fills `buffer` from where the descriptor is, or from `position` on. Shorter only at the end of the file. */
export function fillSync(descriptor: number, buffer: Buffer, position?: number): Buffer {
  let filled = 0;
  while (filled < buffer.length) {
    const from = position === undefined ? null : position + filled;
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, from);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

async function fill(descriptor: number, buffer: Buffer): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await readAsync(descriptor, buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Cuts bytes in memory into the same pieces as a file. */
export function* byteChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_SIZE) yield bytes.subarray(start, start + CHUNK_SIZE);
}
