import { closeSync, openSync } from "node:fs";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { UvLambdaError } from "../../lib/errors.js";
import { readOnly, refuseSpecial } from "../../lib/regularFile.js";
import { badPathReason, printableName } from "../../tree/names.js";
import type { FileTree } from "../../tree/tree.js";
import { damaged, findInDirectory, readDirectory, type ArchiveEntry } from "./directory.js";
import { hashEntry, readEntry, type OpenArchive } from "./readEntry.js";

export type { ArchiveEntry };

const PARALLEL_FILES = 6;
/** The largest image that Lambda accepts. A larger archive counts as an attack or an accident. */
const maxUnpackedBytes = 10 * 1024 ** 3;

/** The rows of a zip's directory, in their order. Throws BAD_FILE if the file is not a zip that can be read here. */
export async function listArchive(archive: string): Promise<ArchiveEntry[]> {
  return withArchive(archive, async ({ descriptor }) => readDirectory(descriptor, archive));
}

/** The bytes of one file in a zip, or undefined when no file has that path. Checks the CRC (BAD_FILE). */
export async function readFromArchive(archive: string, entryPath: string): Promise<Buffer | undefined> {
  return withArchive(archive, async (open) => {
    const entry = findInDirectory(open.descriptor, archive, entryPath);
    return entry === undefined ? undefined : readEntry(open, entry);
  });
}

/** The bytes of all files by path, if `accepts` says so about the rows of the directory. Checks the CRC (BAD_FILE). */
export async function readArchiveIf(
  archive: string,
  accepts: (entries: readonly ArchiveEntry[]) => boolean,
): Promise<Map<string, Buffer> | undefined> {
  return withArchive(archive, async (open) => {
    const entries = readDirectory(open.descriptor, archive);
    return accepts(entries) ? readEntries(open, entries) : undefined;
  });
}

/** The bytes of the files that `wants` selects, by path. Checks the CRC (BAD_FILE). */
export async function readAllFromArchive(
  archive: string,
  wants: (entry: ArchiveEntry) => boolean,
): Promise<Map<string, Buffer>> {
  return withArchive(archive, (open) => readEntries(open, readDirectory(open.descriptor, archive).filter(wants)));
}

async function readEntries(open: OpenArchive, entries: readonly ArchiveEntry[]): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const entry of entries) if (entry.kind === "file") contents.set(entry.path, await readEntry(open, entry));
  return contents;
}

/**
 * The files of a zip as a tree, each read in full. Cuts `prefix` off the paths. Throws BAD_FILE for damage, for what
 * is unsafe to unpack, and for files outside of the prefix.
 */
export async function treeOfArchive(archive: string, prefix = ""): Promise<FileTree> {
  return withArchive(archive, async (open) => {
    const entries = readDirectory(open.descriptor, archive);
    refuseUnsafe(entries, archive);
    refuseLarge(entries, archive);
    const outside = entries.find((entry) => entry.kind === "file" && !entry.path.startsWith(prefix));
    if (outside !== undefined) throw damaged(archive, `${printableName(outside.path)} is not in ${prefix}`);
    const files = entries.filter((entry) => entry.kind === "file");
    return mapParallel(files, PARALLEL_FILES, async (entry) => {
      const mode = entry.mode === 0o755 ? 0o755 : 0o644;
      return { path: entry.path.slice(prefix.length), mode, size: entry.size, sha256: await hashEntry(open, entry) };
    });
  });
}

function refuseUnsafe(entries: readonly ArchiveEntry[], archive: string): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = printableName(entry.path);
    const reason = badPathReason(entry.path);
    if (reason !== undefined) throw damaged(archive, `the path "${name}" ${reason}`);
    if (entry.kind === "other") throw damaged(archive, `${name} is a link or a device`);
    if (entry.kind === "folder") continue;
    if (seen.has(entry.path)) throw damaged(archive, `${name} is in it twice`);
    seen.add(entry.path);
  }
  for (const folder of foldersOf(entries))
    if (seen.has(folder)) throw damaged(archive, `${printableName(folder)} is both a file and a folder`);
}

function refuseLarge(entries: readonly ArchiveEntry[], archive: string): void {
  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (bytes > maxUnpackedBytes)
    throw new UvLambdaError(
      "TOO_LARGE",
      `${archive} would unpack to ${entries.length} files of ${bytes} bytes together`,
    );
}

/** Every folder that an entry is or is in, parents first. */
function foldersOf(entries: readonly ArchiveEntry[]): Set<string> {
  const folders = new Set<string>();
  for (const { path: name, kind } of entries) {
    for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1))
      folders.add(name.slice(0, slash));
    if (kind === "folder") folders.add(name);
  }
  return folders;
}

async function withArchive<T>(archive: string, use: (archive: OpenArchive) => Promise<T>): Promise<T> {
  refuseSpecial(archive);
  const descriptor = openSync(archive, readOnly);
  try {
    return await use({ path: archive, descriptor });
  } finally {
    closeSync(descriptor);
  }
}
