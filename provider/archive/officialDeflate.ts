import { sha256Hex } from "../lib/hash.js";
import { nodeDeflate, type Deflate } from "./deflate.js";

/** What every official Node since 18 makes of `probe()`. */
const OFFICIAL_PROBE_SHA256 = "9e5b3a451b2f5b2ed3cbb34d4614312acbed4a7c66d24cba902ffe590bead2b0";

/** Node's zlib if it compresses as that of official builds does, else pako: Debian and Homebrew link another zlib. */
export const officialDeflate: () => Promise<Deflate> = once(() =>
  deflateNamed(sha256Hex(nodeDeflate.whole(probe())) === OFFICIAL_PROBE_SHA256 ? "zlib" : "pako"),
);

/** pako is loaded only where it is used. */
export async function deflateNamed(name: Deflate["name"]): Promise<Deflate> {
  return name === "zlib" ? nodeDeflate : (await import("./pakoDeflate.js")).pakoDeflate;
}

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

/** Computes once what cannot change while the process lives. */
function once<T>(compute: () => T): () => T {
  const computed: T[] = [];
  return () => (computed[0] ??= compute());
}
