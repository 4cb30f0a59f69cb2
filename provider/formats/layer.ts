import { existsSync } from "node:fs";
import * as path from "node:path";
import { joinPacks } from "../archive/archiveJoiner.js";
import { readFromArchive } from "../archive/reader/archiveReader.js";
import { treeDigest } from "../tree/digest.js";
import { archiveMismatch } from "./archiveMismatch.js";
import { maxArchivesUnzipped, type ArtifactFile, type Contents, type Format } from "./format.js";

/** Lambda's Python runtime looks for packages of layers in this folder. */
const pythonFolder = "python";

/**
 * Dependencies in an archive for a layer version, own code in the function's archive. Without dependencies there is no
 * layer, and without code there is only the layer.
 */
export const layer: Format = {
  name: "layer",
  isLayered: true,
  takesLayers: true,
  buildsImage: false,
  packForm: "deflated",
  dependencyRoot: `/opt/${pythonFolder}`,
  maxUnzippedSize: maxArchivesUnzipped,
  async write({ dependencies, code }: Contents, folder: string, _target, entry) {
    const files: ArtifactFile[] = [];
    const add = (file: ArtifactFile) => {
      entry?.onHashed(file.name, file);
      files.push(file);
    };
    if (code.length > 0) {
      const parts = code.map((pack) => ({ pack }));
      add({
        kind: "code",
        name: "code.zip",
        ...(await joinPacks(parts, path.join(folder, "code.zip"), "keepFirst")),
      });
    }
    if (dependencies.tree.length > 0) {
      const parts = [{ pack: dependencies, prefix: pythonFolder }];
      add({ kind: "layer", name: "layer.zip", ...(await joinPacks(parts, path.join(folder, "layer.zip"))) });
    }
    return files;
  },
  outputHash: treeDigest,
  mismatch: (folder, files, listed) =>
    archiveMismatch(folder, files, listed, ({ kind }) => (kind === "layer" ? `${pythonFolder}/` : "")),
  async readModule(folder: string, file: string) {
    return (await read(folder, "code.zip", file)) ?? read(folder, "layer.zip", `${pythonFolder}/${file}`);
  },
};

/** Either archive may be missing. */
async function read(folder: string, archive: string, file: string): Promise<Buffer | undefined> {
  const from = path.join(folder, archive);
  return existsSync(from) ? readFromArchive(from, file) : undefined;
}
