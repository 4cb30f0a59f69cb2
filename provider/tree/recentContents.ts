import { readRegularFile } from "../lib/regularFile.js";
import type { SourceEntry } from "./tree.js";

type Source = SourceEntry["source"];
type HashedFile = { readonly source: Source; readonly sha256?: string };

/** Bytes in all, and of one file. What is read beyond that is read again by who needs it. */
const MAX_BYTES = 16 * 1024 * 1024;
export const MAX_KEPT = 4 * 1024 * 1024;

/**
 * Contents of files, by their hash. A file is read for its hash first, because the hash decides whether the file
 * has to be packed at all: what then looks into it, or packs it, takes the bytes from here. The oldest go first.
 */
export class RecentContents {
  private readonly contents = new Map<string, Uint8Array>();
  private size = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  /** The content in pieces. */
  keep(sha256: string, pieces: readonly Uint8Array[]): void {
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    if (size > Math.min(MAX_KEPT, this.maxBytes)) return;
    this.drop(sha256);
    // A copy, because small buffers share memory with others.
    const bytes = new Uint8Array(size);
    let filled = 0;
    for (const piece of pieces) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    this.contents.set(sha256, bytes);
    this.size += size;
    for (const oldest of this.contents.keys()) {
      if (this.size <= this.maxBytes) return;
      this.drop(oldest);
    }
  }

  find(sha256: string): Uint8Array | undefined {
    return this.contents.get(sha256);
  }

  private drop(sha256: string): void {
    this.size -= this.contents.get(sha256)?.length ?? 0;
    this.contents.delete(sha256);
  }
}

/** Of this process. */
export const recentContents = new RecentContents();

/** Where the content is now: in memory, if it was read a moment ago. */
export function sourceOf({ source, sha256 }: HashedFile): Source {
  if ("bytes" in source) return source;
  const bytes = sha256 === undefined ? undefined : recentContents.find(sha256);
  return bytes === undefined ? source : { bytes };
}

/** Rejects with BAD_FILE for a FIFO, a socket or a device. */
export async function contentOf(entry: HashedFile): Promise<Buffer> {
  const source = sourceOf(entry);
  return "bytes" in source ? Buffer.from(source.bytes) : readRegularFile(source.file);
}
