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

/** The facts about a content that passes by in pieces. */
export class PassingFacts {
  private readonly hash = createHash("sha256");
  private mode: Mode = 0o644;
  private size = 0;

  take(piece: Uint8Array): void {
    if (this.size === 0) this.mode = modeOf(piece);
    this.hash.update(piece);
    this.size += piece.length;
  }

  end(): ContentFacts {
    return { mode: this.mode, size: this.size, sha256: this.hash.digest("hex") };
  }
}

/**
 * Reads a file once. A small one stays among the recent contents for a while. Errors of the file system pass unchanged.
 */
export async function fileFacts(path: string | Buffer): Promise<ContentFacts> {
  const passing = new PassingFacts();
  let first: Uint8Array = new Uint8Array();
  for await (const piece of fileChunks(path)) {
    if (first.length === 0) first = piece;
    passing.take(piece);
  }
  const facts = passing.end();
  if (facts.size === first.length) recentContents.keep(facts.sha256, first);
  return facts;
}

export type BytesEntry = TreeEntry & { readonly source: { readonly bytes: Uint8Array } };

/** An entry of a tree whose content is in memory. */
export function bytesEntry(path: string, bytes: Uint8Array, owner?: string): BytesEntry {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const facts = { path, mode: modeOf(bytes), size: bytes.length, sha256, source: { bytes } };
  return owner === undefined ? facts : { ...facts, owner };
}
