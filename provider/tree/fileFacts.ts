import { createHash } from "node:crypto";
import { fileChunks } from "../lib/fileChunks.js";
import { recentContents } from "./recentContents.js";
import type { Mode, TreeEntry } from "./tree.js";

const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];

/** What a tree records about a file's content. */
export interface ContentFacts {
  readonly mode: Mode;
  readonly size: number;
  readonly sha256: string;
}

/** The mode follows the content: the bits on the host's disk depend on umask, archive tool and operating system. */
export function modeOf(start: Uint8Array): Mode {
  return (start[0] === 0x23 && start[1] === 0x21) || isElf(start) ? 0o755 : 0o644;
}

export function isElf(start: Uint8Array): boolean {
  return ELF_MAGIC.every((byte, i) => start[i] === byte);
}

/**
 * Reads a file once. A small one stays among the recent contents for a while. Errors of the file system pass unchanged.
 */
export async function fileFacts(path: string | Buffer): Promise<ContentFacts> {
  const hash = createHash("sha256");
  let size = 0;
  let first: Uint8Array = new Uint8Array();
  for await (const chunk of fileChunks(path)) {
    if (size === 0) first = chunk;
    hash.update(chunk);
    size += chunk.length;
  }
  const sha256 = hash.digest("hex");
  if (size === first.length) recentContents.keep(sha256, first);
  return { mode: modeOf(first), size, sha256 };
}

export type BytesEntry = TreeEntry & { readonly source: { readonly bytes: Uint8Array } };

/** An entry of a tree whose content is in memory. */
export function bytesEntry(path: string, bytes: Uint8Array, owner?: string): BytesEntry {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const facts = { path, mode: modeOf(bytes), size: bytes.length, sha256, source: { bytes } };
  return owner === undefined ? facts : { ...facts, owner };
}
