import { existsSync } from "node:fs";
import * as path from "node:path";
import { joinPacks } from "./archiveJoiner.js";
import { readFromArchive } from "./archiveReader.js";
import { maxArchivesUnzipped, type ArtifactFile, type Contents, type Format } from "./format.js";

/** Dependencies in an archive for a layer version, own code in the function's. Without dependencies there is no layer, without code only the layer. */
export const layer: Format = {
  name: "layer",
  dependencyRoot: "/opt/python",
  maxUnzippedSize: maxArchivesUnzipped,
  async write({ dependencies, code }: Contents, folder: string) {
    const files: ArtifactFile[] = [];
    if (code.length > 0) {
      const parts = code.map((pack) => ({ pack }));
      files.push({
        kind: "code",
        name: "code.zip",
        ...(await joinPacks(parts, path.join(folder, "code.zip"), "keepFirst")),
      });
    }
    if (dependencies.tree.length > 0) {
      // Python's own runtime looks for packages of layers in this folder.
      const parts = [{ pack: dependencies, prefix: "python" }];
      files.push({ kind: "layer", name: "layer.zip", ...(await joinPacks(parts, path.join(folder, "layer.zip"))) });
    }
    return files;
  },
  async readModule(folder: string, file: string) {
    const own = await readFromArchive(path.join(folder, "code.zip"), file);
    if (own !== undefined || !existsSync(path.join(folder, "layer.zip"))) return own;
    return readFromArchive(path.join(folder, "layer.zip"), `python/${file}`);
  },
};
