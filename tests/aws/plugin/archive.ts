import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isArchive } from "./values.js";

/**
 * The bytes of an archive given as `code`, read from where the engine read them: this process runs in the program's folder. Folders and
 * collections of assets are zipped by the real provider; here they are refused, because nothing in this project may need that.
 */
export function readArchive(value: unknown): Buffer {
  if (!isArchive(value) || typeof value.path !== "string") throw new Error("code: only archives that are files on disk are understood here");
  if (!statSync(value.path).isFile()) throw new Error(`code: ${value.path} is not a file`);
  const bytes = readFileSync(value.path);
  const hash = createHash("sha256").update(bytes).digest("hex");
  if (hash !== value.hash) throw new Error(`code: ${value.path} has changed since the engine read it (${value.hash}, now ${hash})`);
  return bytes;
}
