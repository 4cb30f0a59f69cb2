import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { readZip, ZipError } from "../archive/zip.js";

const FILE_TYPE = 0o170000;
const LINK = 0o120000;
const DIRECTORY = 0o040000;

/**
 * Unpacks a deployment archive as Lambda does. Files keep their stored modes (the function's user cannot read a file of
 * mode 600), links become links, and later archives overwrite earlier ones.
 */
export function unpackArchive(archive: Buffer, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const folders: [string, number][] = [];
  for (const entry of readZip(archive)) {
    const relative = normalize(entry.name);
    if (relative.startsWith("/") || relative.split("/").includes(".."))
      throw new ZipError(`${entry.name}: leaves the archive`);
    const target = join(folder, relative);
    const type = (entry.mode ?? 0) & FILE_TYPE;
    if (entry.name.endsWith("/") || type === DIRECTORY) {
      mkdirSync(target, { recursive: true, mode: 0o755 });
      if (entry.mode !== undefined) folders.push([target, entry.mode & 0o7777]);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
    if (type === LINK) {
      symlinkSync(entry.data().toString("utf8"), target);
      continue;
    }
    writeFileSync(target, entry.data());
    chmodSync(target, entry.mode === undefined ? 0o644 : entry.mode & 0o7777);
  }
  for (const [path, mode] of folders) chmodSync(path, mode);
}
