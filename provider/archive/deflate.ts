import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import * as pako from "pako";
import { sha256Hex } from "../lib/hash.js";

/** All official builds of Node agree at level 6. Level 9 takes three times as long and saves 1 % of the size. */
const LEVEL = 6;

/** Raw deflate at level 6. All engines in use give the same bytes for the same pieces. */
export interface Deflate {
  readonly name: "zlib" | "pako";
  /** Compresses bytes of at most one piece (`CHUNK_SIZE`). */
  whole(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Compresses longer content piece by piece. Pieces must be cut alike everywhere, because they can affect the result.
   */
  pieces(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

const deflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);

/** Node's zlib, on its own threads. */
export const nodeDeflate: Deflate = {
  name: "zlib",
  // With room for the whole result, a thread does the work in one go.
  whole: (bytes) => deflateRaw(bytes, { level: LEVEL, chunkSize: Math.max(256, bytes.length + 64) }),
  async *pieces(chunks) {
    const stream = zlib.createDeflateRaw({ level: LEVEL, chunkSize: 64 * 1024 });
    const compressed: Buffer[] = [];
    stream.on("data", (data: Buffer) => compressed.push(data));
    const ended = new Promise<void>((resolve, reject) => stream.once("end", resolve).once("error", reject));
    ended.catch(() => {});
    try {
      for await (const chunk of chunks) {
        await new Promise<void>((resolve, reject) => stream.write(chunk, (e) => (e ? reject(e) : resolve())));
        yield* compressed.splice(0);
      }
      stream.end();
      await ended;
      yield* compressed;
    } finally {
      stream.destroy();
    }
  },
};

/** The same compressor in JavaScript: half as fast, for builds of Node that are linked to another zlib. */
export const pakoDeflate: Deflate = {
  name: "pako",
  async whole(bytes) {
    await nextTurn();
    return pako.deflateRaw(bytes, { level: LEVEL });
  },
  async *pieces(chunks) {
    const stream = new pako.Deflate({ raw: true, level: LEVEL, chunkSize: 64 * 1024 });
    const compressed: Uint8Array[] = [];
    stream.onData = (data) => void compressed.push(data);
    stream.onEnd = () => {};
    for await (const chunk of chunks) {
      await nextTurn();
      stream.push(chunk, false);
      yield* compressed.splice(0);
    }
    stream.push(new Uint8Array(0), true);
    yield* compressed;
  },
};

/** The result of `probe()` in every official build of Node since 18. */
const OFFICIAL_PROBE_SHA256 = "9e5b3a451b2f5b2ed3cbb34d4614312acbed4a7c66d24cba902ffe590bead2b0";

/**
 * Node's zlib if it compresses like that of official builds, else pako: builds of Debian and Homebrew use another zlib.
 */
export const officialDeflate: () => Promise<Deflate> = once(async () => {
  const compressed = await nodeDeflate.whole(probe());
  return sha256Hex(compressed) === OFFICIAL_PROBE_SHA256 ? nodeDeflate : pakoDeflate;
});

/** Fixed content that exercises a compressor: near and far matches, long runs, noise. */
export function probe(): Uint8Array {
  const bytes = new Uint8Array(200_000);
  let state = 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const random = state >>> 16;
    const kind = (i >> 12) % 4;
    if (kind === 0) bytes[i] = random;
    else if (kind === 1) bytes[i] = 97 + (random % 7);
    else if (kind === 2) bytes[i] = bytes[i - 1 - (random % 3) * 2_000] ?? 0;
    else bytes[i] = bytes[i - 9_000 - (random % 61 === 0 ? 1 : 0)] ?? 0;
  }
  return bytes;
}

/** For results that cannot change while the process lives. */
function once<T>(compute: () => T): () => T {
  const computed: T[] = [];
  return () => (computed[0] ??= compute());
}
