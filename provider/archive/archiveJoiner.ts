import { UvLambdaError } from "../lib/errors.js";
import { badPathReason, printableName } from "../tree/names.js";
import { ArchiveFile } from "./archiveFile.js";
import { mergeForArchive, type OnDifference } from "./archiveTree.js";
import type { Pack, PackedFile } from "./pack.js";
import { OpenPacks } from "./packReader.js";
import { refuseLargeSize, refuseManyEntries } from "./zipRecords.js";

export interface PackPart {
  readonly pack: Pack;
  /** Folder in the archive for the pack's files: `python`. */
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

/**
 * Joins several packs into one archive, without compressing anything: files in path order, constant dates, modes of
 * the tree, no folders. Throws FILE_CONFLICT when a path has different bytes or modes, unless the first part with the
 * path wins (`keepFirst`), and always when a path is a file and a folder. Throws TOO_LARGE beyond the limits of a
 * zip, and BAD_FILE when a pack does not match its list. Overwrites `archive`, and removes it on failure.
 */
export async function joinPacks(
  parts: readonly PackPart[],
  archive: string,
  onDifference: OnDifference = "refuse",
): Promise<JoinedArchive> {
  return joinFiles(mergeParts(parts, onDifference), archive);
}

/** Like `joinPacks`, for files that are merged already: each path once, in path order. */
export async function joinFiles(entries: readonly PackedFile[], archive: string): Promise<JoinedArchive> {
  refuseManyEntries(entries.length, archive);
  for (const entry of entries) refuseLargeSize(entry.size, entry.path);
  const written = await OpenPacks.reading((packs) =>
    ArchiveFile.create(archive, async (file) => {
      for (const entry of entries) await file.add(entry, (buffer, done) => packs.readInto(buffer, entry, done));
    }),
  );
  const unzippedSize = entries.reduce((sum, entry) => sum + entry.size, 0);
  return { ...written, unzippedSize, files: entries.length };
}

/** The files of all parts under their final paths, in path order. */
export function mergeParts(parts: readonly PackPart[], onDifference: OnDifference): readonly PackedFile[] {
  return mergeForArchive(
    parts.map(({ pack, prefix }) => placed(pack, prefix)),
    onDifference,
  );
}

function placed({ tree }: Pack, prefix: string | undefined): readonly PackedFile[] {
  if (prefix === undefined) return tree;
  const reason = badPathReason(prefix);
  if (reason !== undefined) throw new UvLambdaError("BAD_FILE", `The folder "${printableName(prefix)}" ${reason}`);
  return tree.map((entry) => ({ ...entry, path: `${prefix}/${entry.path}` }));
}
