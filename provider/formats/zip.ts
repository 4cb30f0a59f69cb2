import * as path from "node:path";
import { joinFiles } from "../archive/archiveJoiner.js";
import { filesForArchive } from "../archive/archiveTree.js";
import { readFromArchive } from "../archive/reader/archiveReader.js";
import { treeDigest } from "../tree/digest.js";
import { archiveMismatch } from "./archiveMismatch.js";
import { codeRoot, maxArchivesUnzipped, type Format, type MergedContents } from "./format.js";

/** Dependencies and code in one archive, imported from the function's own folder. */
export const zip: Format = {
  name: "zip",
  isLayered: false,
  takesLayers: true,
  buildsImage: false,
  packForm: "deflated",
  dependencyRoot: codeRoot,
  maxUnzippedSize: maxArchivesUnzipped,
  async write({ merged }: MergedContents, folder: string, _target, entry) {
    const name = "code.zip";
    const archive = await joinFiles(filesForArchive(merged, "keepFirst"), path.join(folder, name));
    entry?.onHashed(name, archive);
    return [{ kind: "code", name, ...archive }];
  },
  outputHash: treeDigest,
  mismatch: archiveMismatch,
  readModule: (folder, file) => readFromArchive(path.join(folder, "code.zip"), file),
};
