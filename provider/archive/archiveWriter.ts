import { createHash } from "node:crypto";
import { mapInOrder } from "../lib/concurrency.js";
import { UvLambdaError } from "../lib/errors.js";
import { CHUNK_SIZE } from "../lib/fileChunks.js";
import { contentChunks } from "../tree/content.js";
import type { SourceEntry, SourceTree, TreeEntry } from "../tree/tree.js";
import { ArchiveFile } from "./archiveFile.js";
import { mergeForArchive } from "./archiveTree.js";
import { crc32 } from "./crc32.js";
import { officialDeflate, type Deflate } from "./deflate.js";
import type { Pack } from "./pack.js";
import {
  DEFLATED,
  STORED,
  localHeader,
  refuseLargeSize,
  refuseManyEntries,
  type FileRecord,
  type Method,
} from "./zipRecords.js";

const PARALLEL_FILES = 6;
/** Compressed files that wait for their turn take at most this many bytes; a larger file goes straight to the disk. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const MAX_FILE_IN_MEMORY = MAX_WAITING_BYTES / 2;

/**
 * Compresses a tree into a zip whose bytes depend on the tree only: files in path order, constant dates, modes of the
 * tree, no folders. `archive` must not exist yet or is overwritten; on failure it is removed. Throws TOO_LARGE beyond
 * the limits of a zip, FILE_CONFLICT for a path that is there twice, BAD_FILE when a file changed since the scan.
 */
export async function writePack(tree: SourceTree, archive: string, deflate?: Deflate): Promise<Pack> {
  const entries = mergeForArchive([tree], "refuse");
  refuseManyEntries(entries.length, archive);
  for (const entry of entries) refuseLargeSize(entry.size, entry.path);
  const engine = deflate ?? (await officialDeflate());
  const limits = { parallel: PARALLEL_FILES, maxWeight: MAX_WAITING_BYTES };
  await ArchiveFile.create(archive, async (file) => {
    const compressed = mapInOrder(entries, limits, memoryOf, (entry) => compressInMemory(entry, engine));
    let next = 0;
    for await (const result of compressed) {
      const entry = entries[next++] as SourceEntry;
      if (result === undefined) await writeLarge(file, entry, engine);
      else await writeFile(file, entry, result);
    }
  });
  return { tree: entries.map(withoutSource), archive };
}

interface Compressed {
  readonly method: Method;
  readonly crc: number;
  readonly chunks: readonly Uint8Array[];
}

function memoryOf(entry: SourceEntry): number {
  return entry.size > MAX_FILE_IN_MEMORY ? 0 : entry.size;
}

/** What goes into the archive for a file, deflated if that makes it smaller; undefined for a file that is too large. */
async function compressInMemory(entry: SourceEntry, engine: Deflate): Promise<Compressed | undefined> {
  if (entry.size > MAX_FILE_IN_MEMORY) return undefined;
  const content = new CheckedContent(entry);
  const chunks: Uint8Array[] = [];
  if (entry.size <= CHUNK_SIZE) {
    const bytes = Buffer.concat(await collect(content.chunks()));
    const deflated = bytes.length === 0 ? bytes : await engine.whole(bytes);
    if (deflated.length < bytes.length) return { method: DEFLATED, crc: content.crc, chunks: [deflated] };
    return { method: STORED, crc: content.crc, chunks: [bytes] };
  }
  for await (const chunk of engine.pieces(content.chunks())) chunks.push(chunk);
  if (sizeOf(chunks) < entry.size) return { method: DEFLATED, crc: content.crc, chunks };
  return { method: STORED, crc: content.crc, chunks: await collect(new CheckedContent(entry).chunks()) };
}

async function writeFile(file: ArchiveFile, entry: SourceEntry, { method, crc, chunks }: Compressed): Promise<void> {
  await file.startFile(recordOf(entry, method, crc, sizeOf(chunks)));
  for (const chunk of chunks) await file.append(chunk);
}

/** Compresses straight into the archive. The header is written again when the sizes are known. */
async function writeLarge(file: ArchiveFile, entry: SourceEntry, engine: Deflate): Promise<void> {
  const offset = file.position;
  const content = new CheckedContent(entry);
  await file.append(localHeader(recordOf(entry, DEFLATED, 0, 0)));
  const start = file.position;
  for await (const chunk of engine.pieces(content.chunks())) await file.append(chunk);
  const compressedSize = file.position - start;
  if (compressedSize < entry.size)
    return file.finishFile(recordOf(entry, DEFLATED, content.crc, compressedSize), offset);

  await file.rewind(offset);
  await file.startFile(recordOf(entry, STORED, content.crc, entry.size));
  for await (const chunk of new CheckedContent(entry).chunks()) await file.append(chunk);
}

/** The content of an entry on its way into an archive: it must still be what the scan saw. */
class CheckedContent {
  crc = 0;
  private readonly hash = createHash("sha256");

  constructor(private readonly entry: SourceEntry) {}

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { entry } = this;
    try {
      for await (const chunk of contentChunks(entry)) {
        this.crc = crc32(chunk, this.crc);
        this.hash.update(chunk);
        yield chunk;
      }
    } catch (cause) {
      throw new UvLambdaError("BAD_FILE", `${sourceName(entry)} cannot be read any more`, { cause });
    }
    if (this.hash.digest("hex") !== entry.sha256)
      throw new UvLambdaError("BAD_FILE", `${sourceName(entry)} changed while it was being packed`, {
        hint: "Run it again when nothing writes to the file.",
      });
  }
}

function sourceName(entry: SourceEntry): string {
  return "file" in entry.source ? entry.source.file : entry.path;
}

function recordOf(entry: SourceEntry, method: Method, crc: number, compressedSize: number): FileRecord {
  return { path: entry.path, mode: entry.mode, method, crc, compressedSize, size: entry.size };
}

function withoutSource({ source: _, ...entry }: SourceEntry): TreeEntry {
  return entry;
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
