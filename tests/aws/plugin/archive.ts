import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isArchive, isAsset } from "./values.js";

/**
 * The bytes of a file that is given as an archive or asset. This process runs in the program's folder, so it finds the
 * file as the engine does. The real provider also zips folders and collections of assets. They are refused here,
 * because this project must not need that.
 */
export function readFileValue(property: string, value: unknown): Buffer {
  if (!(isArchive(value) || isAsset(value)) || typeof value.path !== "string") {
    throw new Error(`${property}: only archives and assets that are files on disk are understood here`);
  }
  if (!statSync(value.path).isFile()) throw new Error(`${property}: ${value.path} is not a file`);
  const bytes = readFileSync(value.path);
  const hash = createHash("sha256").update(bytes).digest("hex");
  if (hash !== value.hash) {
    throw new Error(`${property}: ${value.path} has changed since the engine read it (${value.hash}, now ${hash})`);
  }
  return bytes;
}
