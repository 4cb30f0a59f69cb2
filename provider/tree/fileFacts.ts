import { createHash } from "node:crypto";
import { fileChunks } from "../lib/fileChunks.js";
import type { Mode, TreeEntry } from "./tree.js";

const ELF_MAGIC = "\u007fELF";

/** What a tree records about a file's content. */
export interface ContentFacts {
  readonly mode: Mode;
  readonly size: number;
  readonly sha256: string;
}

/** The mode follows the content: the bits on the host's disk depend on umask, archive tool and operating system. */
export function modeOf(start: Uint8Array): Mode {
  const magic = Buffer.from(start.subarray(0, 4)).toString("latin1");
  return magic.startsWith("#!") || magic === ELF_MAGIC ? 0o755 : 0o644;
}

/** Reads a file once. Errors of the file system pass unchanged. */
export async function fileFacts(path: string | Buffer): Promise<ContentFacts> {
  const hash = createHash("sha256");
  let size = 0;
  let mode: Mode = 0o644;
  for await (const chunk of fileChunks(path)) {
    if (size === 0) mode = modeOf(chunk);
    hash.update(chunk);
    size += chunk.length;
  }
  return { mode, size, sha256: hash.digest("hex") };
}

export type BytesEntry = TreeEntry & { readonly source: { readonly bytes: Uint8Array } };

/** An entry of a tree whose content is in memory. */
export function bytesEntry(path: string, bytes: Uint8Array, owner?: string): BytesEntry {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const facts = { path, mode: modeOf(bytes), size: bytes.length, sha256, source: { bytes } };
  return owner === undefined ? facts : { ...facts, owner };
}
