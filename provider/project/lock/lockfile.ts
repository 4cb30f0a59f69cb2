import { UvLambdaError } from "../../lib/errors.js";
import { parseToml, TomlFileError, type TomlTable } from "../../lib/toml.js";
import { normaliseName } from "../pyproject.js";

// uv.lock is uv's own format. It is read here only for checks, messages and keys.

/** Normalised names of all packages in the lock. */
export function lockedNames(lockText: string): ReadonlySet<string> {
  return new Set([...lockText.matchAll(/^name = "([^"]+)"/gm)].map(([, name = ""]) => normaliseName(name)));
}

/**
 * Versions of the package with that normalised name. There are several when parts of the project exclude each other.
 */
export function lockedVersions(lockText: string, name: string): string[] {
  return [...lockText.matchAll(/^name = "([^"]+)"\r?\nversion = "([^"]+)"/gm)]
    .filter(([, found = ""]) => normaliseName(found) === name)
    .map(([, , version = ""]) => version);
}

/** The lock's `requires-python`, if it has one. */
export function lockRequiresPython(lockText: string): string | undefined {
  return /^requires-python = "([^"]+)"/m.exec(lockText)?.[1];
}

/**
 * Whether uv's preview feature `lock-without-metadata` left out what the lock was made for: local packages have
 * dependencies, and no package has `[package.metadata]`.
 */
export function lacksMetadata(lockText: string): boolean {
  if (/^\[package\.metadata/m.test(lockText)) return false;
  return /^source = \{ (?:editable|virtual|directory) = .*\r?\n(?:dependencies = |\r?\n\[package\.(?:optional|dev)-dependencies)/m.test(
    lockText,
  );
}

/** The packages whose source is a local folder, relative to the workspace root, as in the lock. */
export function lockedLocalPackages(lockText: string): { readonly name: string; readonly folder: string }[] {
  const blocks = /^name = "([^"]+)"\r?\n(?:version = .*\r?\n)?source = \{ (?:editable|virtual|directory) = "([^"]+)"/gm;
  return [...lockText.matchAll(blocks)].map(([, name = "", folder = ""]) => ({ name, folder }));
}

/** Their folders. */
export function lockedLocalFolders(lockText: string): string[] {
  return lockedLocalPackages(lockText).map(({ folder }) => folder);
}

/** Number of the first line (from 1) with a conflict marker of version control, or undefined. */
export function conflictMarkerLine(text: string): number | undefined {
  const index = text.search(/^(<<<<<<< |>>>>>>> |=======\r?$|\|\|\|\|\|\|\| )/m);
  return index === -1 ? undefined : text.slice(0, index).split("\n").length;
}

/** The lock, or the beginning of it, as TOML tables. Throws LOCK_UNREADABLE. */
export function parseLock(text: string, file: string): TomlTable {
  try {
    return parseToml(text, file);
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    throw new UvLambdaError("LOCK_UNREADABLE", error.message, {
      hint: "To fix this, run `uv lock` in its folder, which writes it again.",
    });
  }
}
