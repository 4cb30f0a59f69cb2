import { setImmediate as nextTurn } from "node:timers/promises";
import * as pako from "pako";
import { LEVEL, type Deflate } from "./deflate.js";

/** JavaScript's port of the same compressor: half as fast, for builds of Node that use another zlib. */
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
