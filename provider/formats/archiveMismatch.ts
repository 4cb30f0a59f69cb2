import * as path from "node:path";
import { treeOfArchive } from "../archive/reader/archiveReader.js";
import { treeDigest } from "../tree/digest.js";
import { mergeTrees } from "../tree/merge.js";
import type { FileTree } from "../tree/tree.js";
import type { ArtifactFile } from "./format.js";

/** `Format.mismatch` for archives. `prefixOf` is the folder of an archive whose content Python imports: `python/`. */
export async function archiveMismatch(
  folder: string,
  files: readonly ArtifactFile[],
  listed: FileTree,
  prefixOf: (file: ArtifactFile) => string = () => "",
): Promise<string | undefined> {
  const trees: FileTree[] = [];
  for (const file of files) trees.push(await treeOfArchive(path.join(folder, file.name), prefixOf(file)));
  const isSame = treeDigest(mergeTrees(trees).tree) === treeDigest(listed);
  return isSame ? undefined : "its archives do not contain the files that it lists";
}
