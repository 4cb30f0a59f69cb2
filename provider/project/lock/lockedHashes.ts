import { asString, asTable, asTables, type TomlTable } from "../../lib/toml.js";
import { normaliseName } from "../pyproject.js";
import { parseLock } from "./lockfile.js";
import { fileName } from "./pylock.js";

/**
 * The files of indexes and URLs without a hash in uv.lock, each as `fileOf` describes it. Leaves out files of this
 * machine, which are hashed on disk. uv's export does not help: it downloads such a file and writes down its hash.
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

/** False when a lock in uv's own form (a file a line) has all hashes. Parsing a large lock in full takes a moment. */
export function mayLackHashes(lockText: string): boolean {
  return /^(?:sdist = | +)\{ (?:filename = "[^"\n]*", )?url = "(?!file:)[^"\n]*"(?![^\n]*\bhash = ")/m.test(lockText);
}

/** `alpha-1.0-py3-none-any.whl of alpha` */
export function fileOf(name: string, file: string): string {
  return `${file} of ${normaliseName(name)}`;
}

/** The files of a package. For a package from a URL, that is the file itself. */
function filesOf(block: TomlTable): TomlTable[] {
  return [...asTables(block["wheels"]), ...(block["sdist"] === undefined ? [] : [asTable(block["sdist"])])];
}

function isRemote(file: TomlTable): boolean {
  const url = asString(file["url"]);
  return url !== undefined && !url.toLowerCase().startsWith("file:");
}
