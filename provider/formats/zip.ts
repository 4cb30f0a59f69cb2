import * as path from "node:path";
import { joinPacks } from "../archive/archiveJoiner.js";
import { readFromArchive } from "../archive/reader/archiveReader.js";
import { treeDigest } from "../tree/digest.js";
import { archiveMismatch } from "./archiveMismatch.js";
import { codeRoot, maxArchivesUnzipped, type Contents, type Format } from "./format.js";

/** Dependencies and code in one archive, imported from the function's own folder. */
export const zip: Format = {
  name: "zip",
  isLayered: false,
  takesLayers: true,
  buildsImage: false,
  packForm: "deflated",
  dependencyRoot: codeRoot,
  maxUnzippedSize: maxArchivesUnzipped,
  async write({ dependencies, code }: Contents, folder: string, _target, entry) {
    const name = "code.zip";
    // Own code first: where it has the same path as a dependency, and the checks allow that, its file ships.
    const parts = [...code, dependencies].map((pack) => ({ pack }));
    const archive = await joinPacks(parts, path.join(folder, name), "keepFirst");
    entry?.onHashed(name, archive);
    return [{ kind: "code", name, ...archive }];
  },
  outputHash: treeDigest,
  mismatch: archiveMismatch,
  readModule: (folder, file) => readFromArchive(path.join(folder, "code.zip"), file),
};
