import * as path from "node:path";
import { joinPacks } from "../../provider/archive/archiveJoiner.js";
import type { Deflate } from "../../provider/archive/deflate.js";
import { PackWriter, type PackOptions, type WrittenPack } from "../../provider/archive/packWriter.js";
import { listArchive, readFromArchive } from "../../provider/archive/reader/archiveReader.js";
import type { SourceTree } from "../../provider/tree/tree.js";

/** Packs a tree into files whose names begin with `file`. */
export function writePack(tree: SourceTree, file: string, options: PackOptions = {}): Promise<WrittenPack> {
  return PackWriter.write(file, options, (writer) => writer.add(tree));
}

/** Writes a tree as one archive, by way of a pack. */
export async function writeArchive(tree: SourceTree, archive: string, deflate?: Deflate): Promise<string> {
  const pack = await writePack(tree, `${archive}.pack`, deflate && { deflate });
  await joinPacks([{ pack }], archive);
  return path.resolve(archive);
}

/** Every file of an archive. Throws BAD_FILE for the first damaged one. */
export async function readArchive(archive: string): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const { path: file, kind } of await listArchive(archive))
    if (kind === "file") contents.set(file, (await readFromArchive(archive, file))!);
  return contents;
}
