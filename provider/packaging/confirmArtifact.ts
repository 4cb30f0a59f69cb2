import * as path from "node:path";
import { treeOfArchive } from "../archive/reader/archiveReader.js";
import { UvLambdaError } from "../lib/errors.js";
import { formats } from "../formats/index.js";
import type { StoreEntry } from "../store/store.js";
import { treeDigest } from "../tree/digest.js";
import { mergeTrees } from "../tree/merge.js";
import { scanFolder } from "../tree/scan.js";
import type { FileTree } from "../tree/tree.js";
import { artifactTree, type ArtifactFacts } from "./assemble.js";
import type { PackageRequest } from "./request.js";

/**
 * Why a stored artifact is wrong. Its archives are unpacked and hashed again, so that an archive that was replaced
 * together with its manifest does not ship under the old hash. Undefined when everything matches.
 */
export async function confirmArtifact(request: PackageRequest, entry: StoreEntry): Promise<string | undefined> {
  const facts = entry.meta as ArtifactFacts;
  const format = formats[request.packageFormat];
  try {
    const listed = await artifactTree(entry);
    if (format.buildsImage) {
      const [context] = facts.files;
      const found = treeDigest(await scanFolder(path.join(entry.folder, context?.name ?? "")));
      if (found !== context?.sha256) return "the folder of the image does not match its hash";
    } else {
      const exchanged = facts.files.find(({ name, sha256 }) => entry.files[name]?.sha256 !== sha256);
      if (exchanged !== undefined) return `${exchanged.name} does not match its hash`;
      if (treeDigest(await shippedTree(entry, facts)) !== treeDigest(listed))
        return "its archives do not contain the files that it lists";
    }
    if (format.outputHash(listed, facts.files, request.image ?? {}) !== facts.outputHash)
      return "its files do not match its output hash";
    return undefined;
  } catch (error) {
    if (error instanceof UvLambdaError && error.code === "BAD_FILE") return error.message;
    throw error;
  }
}

/** The files of the archives in Lambda, by the paths that Python imports from. */
async function shippedTree({ folder }: StoreEntry, { files }: ArtifactFacts): Promise<FileTree> {
  const ordered = [...files].sort((a, b) => Number(a.kind === "layer") - Number(b.kind === "layer"));
  const trees: FileTree[] = [];
  for (const { kind, name } of ordered)
    trees.push(await treeOfArchive(path.join(folder, name), kind === "layer" ? "python/" : ""));
  return mergeTrees(trees).tree;
}
