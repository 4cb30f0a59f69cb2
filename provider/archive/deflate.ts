import { setImmediate as nextTurn } from "node:timers/promises";
import * as zlib from "node:zlib";
import * as pako from "pako";
import { sha256Hex } from "../lib/hash.js";

/** Level 6 is where all official Nodes agree; 9 costs three times the time for 1 % of size. */
const LEVEL = 6;

/** Raw deflate at level 6. All engines in use give the same bytes for the same pieces. */
export interface Deflate {
  readonly name: "zlib" | "pako";
  /** Compresses bytes of at most one piece (`CHUNK_SIZE`), at once: for so few a trip to another thread takes longer. */
  whole(bytes: Uint8Array): Uint8Array;
  /** Compresses a longer content piece by piece. Pieces must be cut alike everywhere: deflate may notice. */
  pieces(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Node's zlib; longer contents on threads of its own. */
export const nodeDeflate: Deflate = {
  name: "zlib",
  // With room for the whole result it is one call of zlib.
  whole: (bytes) => zlib.deflateRawSync(bytes, { level: LEVEL, chunkSize: Math.max(256, bytes.length + 64) }),
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

/** JavaScript's port of the same compressor: half as fast, for Nodes that are linked to another zlib. */
export const pakoDeflate: Deflate = {
  name: "pako",
  whole: (bytes) => pako.deflateRaw(bytes, { level: LEVEL }),
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

/** What every official Node since 18 makes of `probe()`. */
const OFFICIAL_PROBE_SHA256 = "9e5b3a451b2f5b2ed3cbb34d4614312acbed4a7c66d24cba902ffe590bead2b0";

/** Node's zlib if it compresses as the official ones do, else pako: Debian's and Homebrew's Nodes have other zlibs. */
export const officialDeflate: () => Deflate = once(() =>
  sha256Hex(nodeDeflate.whole(probe())) === OFFICIAL_PROBE_SHA256 ? nodeDeflate : pakoDeflate,
);

/** A fixed content that takes a compressor through its paces: near and far matches, long runs, noise. */
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

/** For what cannot change while the process lives. */
function once<T>(compute: () => T): () => T {
  const computed: T[] = [];
  return () => (computed[0] ??= compute());
}
