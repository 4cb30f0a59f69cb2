import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readRegularIfAny } from "../../lib/regularFile.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { UvLambdaError } from "../../lib/errors.js";
import { asStrings, asTable, parseToml, readTomlText, TomlFileError, type TomlTable } from "../../lib/toml.js";

/**
 * Absolute paths of the existing files and folders that a package's build files name, inside and outside of the
 * package: forced includes, packages, a readme, a version. They include strings that happen to be paths, because one
 * path too many costs a build, and one too few ships stale code. They include `root` itself if a pattern begins
 * there. `root` has its links resolved. Throws PROJECT_UNREADABLE.
 */
export function namedPaths(root: string): string[] {
  const texts = new Set<string>();
  collectPyproject(readToml(path.join(root, "pyproject.toml")), texts);
  collect(readToml(path.join(root, "hatch.toml")), "", texts);
  for (const name of buildScripts) collectWords(readRegularIfAny(path.join(root, name))?.toString("utf8") ?? "", texts);
  const paths = [...texts].flatMap((text) => existing(root, text));
  return [...new Set(paths)].sort(compareBytes);
}

const buildScripts = ["setup.py", "setup.cfg", "hatch_build.py", "pdm_build.py", "build.py"];

/** Tools that are not part of a build, and that name folders of the whole repository. */
const otherTools = new Set(
  (
    "ruff black isort mypy pyright basedpyright pyrefly ty pylint pytest coverage tox nox bandit codespell deptry " +
    "importlinter commitizen semantic_release bumpversion git-cliff towncrier poe taskipy"
  ).split(" "),
);

/** Values below these keys name no file, or a file that is left out. */
const otherKeys = new Set(
  "exclude excludes source-exclude wheel-exclude dependencies dev-dependencies group scripts envs".split(" "),
);

/** Tables whose keys are paths, whatever they look like. */
const pathTables = new Set(["force-include", "shared-data", "shared-scripts", "extra-metadata", "sources"]);

/** Those of them with paths anywhere on the machine: `"~/lib.h" = "pkg/lib.h"`. */
const machineTables = new Set([...pathTables].filter((name) => name !== "sources"));

function collectPyproject(toml: TomlTable, into: Set<string>): void {
  const project = asTable(toml["project"]);
  const backendPath = asTable(toml["build-system"])["backend-path"];
  collect([project["readme"], project["license"], project["license-files"], backendPath], "", into);
  for (const [name, table] of Object.entries(asTable(toml["tool"]))) {
    // The other settings of uv name other packages, which are handled separately.
    if (name === "uv") collect(asTable(table)["build-backend"], "", into);
    else if (!otherTools.has(name)) collect(table, name, into);
  }
}

function collect(value: unknown, name: string, into: Set<string>): void {
  if (typeof value === "string") for (const part of value.split(/[,\n]/)) into.add(part.trim());
  else if (Array.isArray(value)) for (const item of value) collect(item, name, into);
  else if (typeof value === "object" && value !== null) collectTable(value as TomlTable, name, into);
}

function collectTable(table: TomlTable, name: string, into: Set<string>): void {
  // `{ include = "shared", from = "../.." }` is one folder, not everything above.
  const bases = listOf(table["from"] ?? table["where"]);
  const joined = bases.flatMap((base) => listOf(table["include"]).map((include) => `${base}/${include}`));
  for (const path of joined) into.add(path);
  for (const [key, value] of Object.entries(table)) {
    // setuptools reads them from files: `dependencies = { file = ["requirements/base.txt"] }`.
    if (otherKeys.has(key)) collect(asTable(value)["file"], key, into);
    if (otherKeys.has(key) || (joined.length > 0 && ["from", "where", "include"].includes(key))) continue;
    if (machineTables.has(name)) into.add(machinePath(key));
    else if (key.includes("/") || pathTables.has(name)) into.add(key);
    collect(value, key, into);
  }
}

/** Marked as a URL if it is absolute, because elsewhere a leading `/` means the package's folder. */
function machinePath(text: string): string {
  const place = text.replace(/^~(?=[\\/]|$)/, () => homedir());
  return path.isAbsolute(place) ? pathToFileURL(place).href : text;
}

function listOf(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : asStrings(value);
}

/** Only words that look like paths: a script is full of words. */
function collectWords(text: string, into: Set<string>): void {
  for (const word of text.match(/[^\s"'`,;=()]+/g) ?? []) if (/\/[^./]|[^./]\//.test(word)) into.add(word);
}

/**
 * What a path, or the part of a pattern before its first wildcard, refers to. A leading `/` means the package's folder.
 */
function existing(root: string, text: string): string[] {
  if (text === "" || text.includes("\0")) return [];
  if (text.startsWith("file:///")) return [fileURLToPath(text)].filter(existsSync);
  const relative = text.replace(/^[!/]+/, "");
  const fixed = relative.replace(/[*?[{].*/s, "");
  const target = path.resolve(root, fixed);
  const isWhole = fixed === relative || fixed === "" || fixed.endsWith("/");
  if (isWhole) return existsSync(target) ? [target] : [];
  const begun = namesIn(path.dirname(target)).filter((name) => name.startsWith(path.basename(target)));
  return begun.map((name) => path.join(path.dirname(target), name));
}

/** Empty when there is no such file. */
function readToml(file: string): TomlTable {
  try {
    return parseToml(readTomlText(file), file);
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    if (error.missing) return {};
    throw new UvLambdaError("PROJECT_UNREADABLE", error.message);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
