import { asString, asTable, asTables, type TomlTable } from "../../lib/toml.js";
import { normaliseName } from "../pyproject.js";
import { parseLock } from "./lockfile.js";
import { fileName } from "./pylock.js";

/**
 * The files of indexes and URLs that uv.lock has no hash of, each as `fileOf` makes it. Not those of this machine, which
 * are hashed on disk. uv's export does not help: it fetches such a file and writes down the hash of what came.
 */
export function filesWithoutHash(lockText: string, lockFile: string): ReadonlySet<string> {
  const packages = asTables(parseLock(lockText, lockFile)["package"]);
  return new Set(
    packages.flatMap((block) =>
      filesOf(block)
        .filter((file) => isRemote(file) && asString(file["hash"]) === undefined)
        .map((file) => fileOf(asString(block["name"]) ?? "", asString(file["filename"]) ?? fileName(file))),
    ),
  );
}

/** False when a lock as uv writes it, a file a line, has all hashes: reading a large one in full takes a moment. */
export function mayLackHashes(lockText: string): boolean {
  return /^(?:sdist = | +)\{ (?:filename = "[^"\n]*", )?url = "(?!file:)[^"\n]*"(?![^\n]*\bhash = ")/m.test(lockText);
}

/** `alpha-1.0-py3-none-any.whl of alpha` */
export function fileOf(name: string, file: string): string {
  return `${file} of ${normaliseName(name)}`;
}

/** Those that a package from a URL is, too: uv writes the hash beside them. */
function filesOf(block: TomlTable): TomlTable[] {
  return [...asTables(block["wheels"]), ...(block["sdist"] === undefined ? [] : [asTable(block["sdist"])])];
}

function isRemote(file: TomlTable): boolean {
  const url = asString(file["url"]);
  return url !== undefined && !url.toLowerCase().startsWith("file:");
}
