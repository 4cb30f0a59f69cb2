import { UvLambdaError } from "../../lib/errors.js";
import { formats } from "../../formats/index.js";
import type { StoreEntry } from "../../store/store.js";
import { artifactTree, type ArtifactFacts } from "./assemble.js";
import type { PackageRequest } from "../request.js";

/**
 * Why a stored artifact is wrong. Its archives are unpacked and hashed again, so that an archive that was replaced
 * together with its manifest does not ship under the old hash. Undefined when everything matches.
 */
export async function confirmArtifact(request: PackageRequest, entry: StoreEntry): Promise<string | undefined> {
  const facts = entry.meta as ArtifactFacts;
  const format = formats[request.packageFormat];
  try {
    const listed = artifactTree(entry);
    // The entry has hashes of files, and none of a folder.
    const archives = format.buildsImage ? [] : facts.files;
    const exchanged = archives.find(({ name, sha256 }) => entry.files[name]?.sha256 !== sha256);
    if (exchanged !== undefined) return `${exchanged.name} does not match its hash`;
    const mismatch = await format.mismatch(entry.folder, facts.files, listed);
    if (mismatch !== undefined) return mismatch;
    if (format.outputHash(listed, facts.files, request.image ?? {}) !== facts.outputHash)
      return "its files do not match its output hash";
    return undefined;
  } catch (error) {
    if (error instanceof UvLambdaError && error.code === "BAD_FILE") return error.message;
    throw error;
  }
}
