import { createHash } from "node:crypto";
import { byteChunks, fileChunks } from "../lib/files/fileChunks.js";
import { unchangedBytes } from "../lib/regularFile.js";
import { UnchangedFiles } from "../lib/files/unchangedFiles.js";
import { MAX_KEPT, recentContents } from "./recentContents.js";
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
  size = 0;
  private mode: Mode = 0o644;

  take(piece: Uint8Array): void {
    if (this.size === 0) this.mode = modeOf(piece);
    this.hash.update(piece);
    this.size += piece.length;
  }

  end(): ContentFacts {
    return { mode: this.mode, size: this.size, sha256: this.hash.digest("hex") };
  }
}

/** Reads a file once. Errors of the file system pass unchanged. */
export async function fileFacts(path: string | Buffer): Promise<ContentFacts> {
  const passing = new PassingFacts();
  for await (const piece of fileChunks(path)) passing.take(piece);
  return passing.end();
}

/** Of how many files the facts are kept. */
const MAX_FACTS = 16_384;
const known = new UnchangedFiles<ContentFacts>(MAX_FACTS);

/**
 * Like `fileFacts`, for a file that other steps look at too. A file that stays as it is is read once in the process.
 * If it is not too large, its content stays among the recent contents for a while.
 */
export async function keptFileFacts(file: string): Promise<ContentFacts> {
  const facts = known.find(file);
  if (facts !== undefined) return facts;
  const bytes = unchangedBytes(file);
  if (bytes !== undefined) return readKeeping(byteChunks(bytes));
  let look: string | undefined;
  const read = await readKeeping(fileChunks(file, (opened) => (look = known.settledLook(opened))));
  known.keep(file, look, read);
  return read;
}

async function readKeeping(content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<ContentFacts> {
  const passing = new PassingFacts();
  let pieces: Uint8Array[] = [];
  for await (const piece of content) {
    passing.take(piece);
    if (passing.size <= MAX_KEPT) pieces.push(piece);
    else pieces = [];
  }
  const facts = passing.end();
  if (facts.size <= MAX_KEPT) recentContents.keep(facts.sha256, pieces);
  return facts;
}

export type BytesEntry = TreeEntry & { readonly source: { readonly bytes: Uint8Array } };

/** An entry of a tree whose content is in memory. */
export function bytesEntry(path: string, bytes: Uint8Array, owner?: string): BytesEntry {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const facts = { path, mode: modeOf(bytes), size: bytes.length, sha256, source: { bytes } };
  return owner === undefined ? facts : { ...facts, owner };
}
