import { CHUNK_SIZE } from "../lib/fileChunks.js";
import { readRegularFile } from "../lib/regularFile.js";
import type { SourceEntry } from "./tree.js";

type Source = SourceEntry["source"];
type HashedFile = { readonly source: Source; readonly sha256?: string };

/** Bytes in all. What is read beyond that is read again by who needs it. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Contents of small files, by their hash. A file is read for its hash first, because the hash decides whether the file
 * has to be packed at all: what then looks into it, or packs it, takes the bytes from here. The oldest go first.
 */
export class RecentContents {
  private readonly contents = new Map<string, Uint8Array>();
  private size = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  keep(sha256: string, bytes: Uint8Array): void {
    if (bytes.length > Math.min(CHUNK_SIZE, this.maxBytes)) return;
    this.drop(sha256);
    // A copy, because small buffers share memory with others.
    this.contents.set(sha256, new Uint8Array(bytes));
    this.size += bytes.length;
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
