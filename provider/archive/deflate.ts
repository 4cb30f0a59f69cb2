import * as zlib from "node:zlib";

/** All official builds of Node agree at level 6. Level 9 takes three times as long and saves 1 % of the size. */
export const LEVEL = 6;

/** Raw deflate at level 6. All engines in use give the same bytes for the same pieces. */
export interface Deflate {
  readonly name: "zlib" | "pako";
  /** Compresses at most one piece (`CHUNK_SIZE`), synchronously: a trip to another thread would take longer. */
  whole(bytes: Uint8Array): Uint8Array;
  /**
   * Compresses longer content piece by piece. Pieces must be cut alike everywhere, because they can affect the result.
   */
  pieces(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** Node's zlib; longer contents in its own threads. */
export const nodeDeflate: Deflate = {
  name: "zlib",
  // With a buffer for the whole result, it is one call of zlib.
  whole: (bytes) => zlib.deflateRawSync(bytes, { level: LEVEL, chunkSize: Math.max(256, bytes.length + 64) }),
  async *pieces(chunks) {
    const stream = zlib.createDeflateRaw({ level: LEVEL, chunkSize: 512 * 1024 });
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
