import { chmodSync, createWriteStream, mkdirSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { mapParallel } from "../lib/concurrency/concurrency.js";
import { mergeParts, type PackPart } from "./archiveJoiner.js";
import type { PackedFile } from "./pack.js";
import { OpenPacks } from "./packReader.js";

const PARALLEL_FILES = 6;
const MAX_IN_MEMORY = 1024 * 1024;

/** Makes `file` from the data file of an entry without copying it, if that is possible. */
export type LinkPacked = (entry: PackedFile, file: string) => Promise<boolean>;

const linkNothing: LinkPacked = () => Promise.resolve(false);

/**
 * Unpacks packs into `folder`, which is created. If several parts have one path, the first one wins. Files get the
 * modes of the packs and folders 755, whatever the umask. What a pack holds as it is becomes a link, where `link` can.
 * Throws FILE_CONFLICT, and BAD_FILE when a pack does not match its list.
 */
export async function unpackPacks(
  parts: readonly PackPart[],
  folder: string,
  link = linkNothing,
): Promise<readonly PackedFile[]> {
  const entries = mergeParts(parts, "keepFirst");
  for (const name of ["", ...foldersOf(entries)]) {
    mkdirSync(path.join(folder, name));
    chmodSync(path.join(folder, name), 0o755);
  }
  await OpenPacks.reading((packs) =>
    mapParallel(entries, PARALLEL_FILES, async (entry) => {
      const file = path.join(folder, entry.path);
      const isLinked = entry.isWhole === true && (await link(entry, file));
      if (!isLinked) await writeFile(packs, entry, file);
    }),
  );
  return entries;
}

/** Parents first. */
function foldersOf(entries: readonly PackedFile[]): Set<string> {
  const folders = new Set<string>();
  for (const { path: name } of entries)
    for (let slash = name.indexOf("/"); slash >= 0; slash = name.indexOf("/", slash + 1))
      folders.add(name.slice(0, slash));
  return folders;
}

async function writeFile(packs: OpenPacks, entry: PackedFile, file: string): Promise<void> {
  // "wx" never writes into a file whose name differs only in case.
  if (entry.size > MAX_IN_MEMORY) await pipeline(packs.content(entry), createWriteStream(file, { flags: "wx" }));
  else {
    const pieces: Buffer[] = [];
    for await (const piece of packs.content(entry)) pieces.push(piece);
    await fs.writeFile(file, Buffer.concat(pieces), { flag: "wx" });
  }
  await fs.chmod(file, entry.mode);
}
