import * as path from "node:path";
import { readArchiveIf, type ArchiveEntry } from "../../archive/reader/archiveReader.js";
import { UvLambdaError } from "../../lib/errors.js";
import { parseVersion, satisfies } from "../../project/pep440.js";
import { normaliseName } from "../../project/pyproject.js";
import type { Target } from "../../runtimes/index.js";
import { isElf } from "../../tree/fileFacts.js";
import { badPathReason } from "../../tree/names.js";
import { headerValue, parseHeaders } from "./metadata.js";

/** Larger ones are not read into memory. */
const maxBytes = 4 * 1024 * 1024;

/**
 * The files of a wheel that was built here, if installing it takes nothing more. This saves a process of uv for each
 * local package, and a folder full of files that would be read once. What uv would add does not ship: wrappers of entry
 * points, and files about the installation. Undefined for any wheel that needs more, or that uv may refuse.
 */
export async function readPlainWheel(wheel: string, target: Target): Promise<ReadonlyMap<string, Buffer> | undefined> {
  try {
    const files = await readArchiveIf(wheel, isInPlace);
    if (files === undefined) return undefined;
    const info = topFolders(files.keys()).find(isInfoFolder);
    const text = (name: string) => files.get(`${info}/${name}`)?.toString("utf8");
    // Native files are checked on the disk.
    if ([...files.values()].some(isElf)) return undefined;
    return isPlain(path.basename(wheel), text, target) ? files : undefined;
  } catch (error) {
    if (error instanceof UvLambdaError && error.code === "BAD_FILE") return undefined;
    throw error;
  }
}

/** Whether all files of a wheel go to where they are in it, and it has one dist-info folder. */
function isInPlace(entries: readonly ArchiveEntry[]): boolean {
  const files = entries.filter(({ kind }) => kind !== "folder");
  const size = files.reduce((sum, entry) => sum + entry.size, 0);
  const isStrange = files.some(({ kind, path: name }) => kind === "other" || !isPlainName(name));
  if (size > maxBytes || isStrange || overlap(files.map(({ path: name }) => name))) return false;
  const folders = topFolders(entries.map(({ path: name }) => name));
  return folders.filter(isInfoFolder).length === 1 && !folders.some((name) => name.endsWith(".data"));
}

function topFolders(names: Iterable<string>): string[] {
  return [...new Set([...names].map((name) => name.split("/", 1)[0] ?? ""))];
}

function isInfoFolder(name: string): boolean {
  return name.endsWith(".dist-info");
}

/** Whether two names are one file, or one of them is in another. The names are relative. */
function overlap(files: readonly string[]): boolean {
  // Names that differ only in case are one file for some file systems.
  const names = new Set(files.map((name) => name.toLowerCase()));
  const isInFile = (name: string): boolean => {
    const folder = path.posix.dirname(name);
    return folder !== "." && (names.has(folder) || isInFile(folder));
  };
  return names.size !== files.length || [...names].some(isInFile);
}

function isPlainName(name: string): boolean {
  return badPathReason(name) === undefined && name.normalize("NFC") === name;
}

/** Whether uv has nothing to say against the wheel. */
function isPlain(fileName: string, text: (name: string) => string | undefined, target: Target): boolean {
  const [metadata, form] = [text("METADATA"), text("WHEEL")];
  if (metadata === undefined || form === undefined || text("RECORD") === undefined) return false;
  if (!headerValue(parseHeaders(form), "Wheel-Version")?.startsWith("1.")) return false;
  const headers = parseHeaders(metadata);
  const [name = "", version] = fileName.split("-");
  const isNamed = normaliseName(headerValue(headers, "Name") ?? "") === normaliseName(name);
  if (!isNamed || headerValue(headers, "Version") !== version) return false;
  const python = parseVersion(target.pythonFullVersion);
  const required = headerValue(headers, "Requires-Python");
  return required === undefined || (python !== undefined && satisfies(python, required) === true);
}
