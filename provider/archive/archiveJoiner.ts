import * as fs from "node:fs/promises";
import { UvLambdaError } from "../lib/errors.js";
import { readFully } from "../lib/fileChunks.js";
import { sha256File } from "../lib/hash.js";
import { badPathReason, printableName } from "../tree/names.js";
import type { TreeEntry } from "../tree/tree.js";
import { damaged, readDirectory, type ArchiveEntry } from "./reader/directory.js";
import { ArchiveFile } from "./archiveFile.js";
import { mergeForArchive, type OnDifference } from "./archiveTree.js";
import type { Pack } from "./pack.js";
import { localHeader, refuseManyEntries } from "./zipRecords.js";

const READ_SIZE = 1024 * 1024;

export interface PackPart {
  readonly pack: Pack;
  /** Folder inside the archive that the pack's files land in: `python`. */
  readonly prefix?: string;
}

export interface JoinedArchive {
  /** Hex SHA-256 of the archive. */
  readonly sha256: string;
  /** Bytes of the archive, and of its files unpacked. */
  readonly size: number;
  readonly unzippedSize: number;
  readonly files: number;
}

/** A file of the joined archive with the place where it already stands compressed. */
interface JoinEntry extends TreeEntry {
  readonly stored: ArchiveEntry;
  readonly from: PackReader;
}

/**
 * One archive out of several packs: the bytes that `writePack` would make of the merged tree, without compressing
 * anything. A path of different bytes or modes is FILE_CONFLICT, or the first part that has it wins (`keepFirst`); a
 * path that is a file and a folder is always FILE_CONFLICT. BAD_FILE when a pack is not what its tree says. `archive`
 * is overwritten; on failure it is removed.
 */
export async function joinPacks(
  parts: readonly PackPart[],
  archive: string,
  onDifference: OnDifference = "refuse",
): Promise<JoinedArchive> {
  const readers: PackReader[] = [];
  try {
    const trees: JoinEntry[][] = [];
    for (const { pack, prefix } of parts) {
      const reader = await PackReader.open(pack.archive);
      readers.push(reader);
      trees.push(await entriesOf(pack, prefix, reader));
    }
    const entries = mergeForArchive(trees, onDifference);
    refuseManyEntries(entries.length, archive);
    await ArchiveFile.create(archive, async (file) => {
      for (const entry of entries) await copyEntry(file, entry);
    });
    const unzippedSize = entries.reduce((sum, entry) => sum + entry.size, 0);
    return { ...(await sha256File(archive)), unzippedSize, files: entries.length };
  } finally {
    await Promise.all(readers.map((reader) => reader.close()));
  }
}

/** The pack's files under their final paths. The record of a pack and its archive are two files: they must agree. */
async function entriesOf(pack: Pack, prefix: string | undefined, from: PackReader): Promise<JoinEntry[]> {
  const reason = prefix === undefined ? undefined : badPathReason(prefix);
  if (reason !== undefined)
    throw new UvLambdaError("BAD_FILE", `The folder "${printableName(prefix ?? "")}" ${reason}`);
  const stored = new Map((await from.directory()).map((entry) => [entry.path, entry]));
  if (stored.size !== pack.tree.length) throw damaged(pack.archive, "it holds other files than its record says");
  return pack.tree.map((entry) => {
    const found = stored.get(entry.path);
    if (found === undefined || found.size !== entry.size || found.mode !== entry.mode)
      throw damaged(pack.archive, `${entry.path} is not what its record says`);
    const path = prefix === undefined ? entry.path : `${prefix}/${entry.path}`;
    return { ...entry, path, stored: found, from };
  });
}

async function copyEntry(file: ArchiveFile, { path, stored, from }: JoinEntry): Promise<void> {
  await file.startFile({ ...stored, path });
  for await (const bytes of from.compressedBytes(stored)) await file.append(bytes);
}

/** Reads the compressed bytes of a pack. Files are mostly asked for in the order they stand, so it reads ahead. */
class PackReader {
  private window: Buffer = Buffer.alloc(0);
  private windowStart = 0;

  private constructor(
    private readonly archive: string,
    private readonly handle: fs.FileHandle,
  ) {}

  static async open(archive: string): Promise<PackReader> {
    return new PackReader(archive, await fs.open(archive, "r"));
  }

  directory(): Promise<ArchiveEntry[]> {
    return readDirectory(this.handle, this.archive);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  async *compressedBytes(entry: ArchiveEntry): AsyncGenerator<Buffer> {
    const header = localHeader(entry);
    // Packs are our own work, so the header is known to the byte; anything else is a damaged file.
    if (!header.equals(await this.read(entry.offset, header.length)))
      throw damaged(this.archive, `the header of ${entry.path} is broken`);
    const end = entry.offset + header.length + entry.compressedSize;
    for (let at = end - entry.compressedSize; at < end; at += READ_SIZE)
      yield await this.read(at, Math.min(READ_SIZE, end - at));
  }

  /** At most `READ_SIZE` bytes; the buffer stays valid when more is read. */
  private async read(start: number, length: number): Promise<Buffer> {
    if (start < this.windowStart || start + length > this.windowStart + this.window.length) {
      this.window = await readFully(this.handle, Buffer.allocUnsafe(Math.max(READ_SIZE, length)), start);
      this.windowStart = start;
    }
    return this.window.subarray(start - this.windowStart, start - this.windowStart + length);
  }
}
