import { existsSync, readdirSync, statSync, type Dirent } from "node:fs";
import * as path from "node:path";
import { realPath } from "../../lib/realPath.js";
import { UvLambdaError } from "../../lib/errors.js";
import { isInside } from "../../lib/paths.js";
import { isSpecial, specialFile } from "../../lib/regularFile.js";
import { namedPaths } from "./namedPaths.js";

/** A file that a build may read: its path relative to the package, and its place on disk. */
export interface SourceFile {
  readonly relative: string;
  readonly file: string;
}

/** Files that backends search for in the folders above too, each with what marks the folder where they stop. */
export const ignoreFiles = [
  { name: ".gitignore", boundary: ".git" },
  { name: ".hgignore", boundary: ".hg" },
] as const;

const droppedNames = new Set(
  (
    ".git .hg .svn .venv __pycache__ node_modules .uvlambda .mypy_cache .pytest_cache .ruff_cache .tox .nox .hypothesis " +
    ".ipynb_checkpoints .pdm-build .eggs .DS_Store .coverage htmlcov .idea .vscode .terraform cdk.out"
  ).split(" "),
);

/** Leftovers of tools at the top of a package, where its modules cannot be. */
const droppedAtTop = new Set(["dist", "build"]);

/** Whether a file or folder of a package's source belongs to a tool, not to the package. */
function isDropping(name: string, isTop: boolean): boolean {
  if (droppedNames.has(name) || (isTop && droppedAtTop.has(name))) return true;
  return /\.(pyc|pyo)$/.test(name) || name.endsWith(".egg-info");
}

/** `isLeftover`: whether setuptools may have left its metadata here. */
function neverShipped(name: string, isLeftover: boolean): boolean {
  return ["__pycache__", ".git", ".uvlambda"].includes(name) || (isLeftover && name.endsWith(".egg-info"));
}

/**
 * Every file that a build of the package in `root` (links resolved) may read. Skips links that dangle or loop.
 * Includes what its build files name in any folder: paths outside of the package begin with `..`. `without`: absolute
 * folders that are not read, unless they are named or are in a module, which ships with everything in it, or a
 * pattern begins at the package itself. Throws BAD_FILE, PROJECT_UNREADABLE.
 */
export function packageFiles(root: string, without: readonly string[]): SourceFile[] {
  const found: SourceFile[] = [];
  const named = namedPaths(root);
  // A backend that is told to search everywhere also searches other members' folders.
  const skipped = named.includes(root) ? [] : without;
  walk({ folder: root, relative: "", above: [root], inModule: false }, skipped, found);
  for (const path of named) addNamed(root, path, found);
  return [...new Map(found.map((file) => [file.relative, file])).values()];
}

/** With these files, a build reads their whole folder. */
const manifests = new Set(["Cargo.toml", "CMakeLists.txt", "meson.build"]);

function addNamed(root: string, named: string, found: SourceFile[]): void {
  const target = manifests.has(path.basename(named)) ? path.dirname(named) : named;
  if (target === root) return;
  const relative = path.relative(root, target);
  const folder = realPath(target);
  const kind = statSync(folder);
  if (isSpecial(kind)) throw specialFile(target, kind);
  if (kind.isFile()) found.push({ relative, file: folder });
  // The package itself has been walked, by the rules for its top.
  else if (kind.isDirectory()) {
    // What is named ships with everything in it, except a folder above, where it is only searched for something.
    const isNamed = !isInside(root, folder);
    walk({ folder, relative, above: [root, folder], inModule: false, isNamed }, [], found);
  }
}

interface Place {
  /** Real path. */
  readonly folder: string;
  /** Empty for the package itself. */
  readonly relative: string;
  /** Real paths on the way down, to notice loops, and others that were already read. */
  readonly above: readonly string[];
  /** Whether a folder on the way is a module, contains the modules, or is named by the build files. */
  readonly inModule: boolean;
  /** Whether the build files name this folder. */
  readonly isNamed?: boolean;
}

function walk(place: Place, without: readonly string[], found: SourceFile[]): void {
  const entries = list(place.folder);
  const names = new Set(entries.map((entry) => entry.name));
  const isTop = place.relative === "";
  if (!isTop && names.has("pyvenv.cfg")) return;
  const isRust = names.has("Cargo.toml");
  const isModule = !isTop && names.has("__init__.py");
  const inModule = place.inModule || place.isNamed === true || place.relative === "src" || isModule;
  const isLeftover = !place.inModule && !isModule;
  const hasModules = (name: string) => existsSync(path.join(place.folder, name, "__init__.py"));
  for (const entry of entries) {
    const { name } = entry;
    // Backends ship everything in a module, except these.
    if (
      inModule
        ? neverShipped(name, isLeftover)
        : isDropping(name, isTop) && !(droppedAtTop.has(name) && hasModules(name))
    )
      continue;
    if (inModule || !(isRust && name === "target"))
      visit({ ...place, inModule, isNamed: false }, entry, without, found);
  }
}

function visit(place: Place, entry: Dirent, without: readonly string[], found: SourceFile[]): void {
  const relative = path.join(place.relative, entry.name);
  let file = path.join(place.folder, entry.name);
  let kind: Pick<Dirent, "isFile" | "isDirectory" | "isSocket" | "isFIFO" | "isBlockDevice" | "isCharacterDevice"> =
    entry;
  if (entry.isSymbolicLink()) {
    try {
      file = realPath(file);
      kind = statSync(file);
    } catch {
      return;
    }
  }
  if (kind.isFile()) found.push({ relative, file });
  // A build would wait for the FIFO's writer. Sockets beside the modules belong to servers, and no build opens them.
  else if (isSpecial(kind) && (place.inModule || !kind.isSocket()))
    throw specialFile(path.join(place.folder, entry.name), kind);
  else if (kind.isDirectory() && !place.above.includes(file) && (place.inModule || !without.includes(file)))
    walk({ ...place, folder: file, relative, above: [...place.above, file] }, without, found);
}

/**
 * The files of that name in the folders above, nearest first, up to the repository's root. Outside of a repository,
 * backends use the nearest.
 */
export function ignoreFilesAbove(root: string, { name, boundary }: (typeof ignoreFiles)[number]): string[] {
  const found: string[] = [];
  for (let folder = root; ; folder = path.dirname(folder)) {
    if (folder !== root && existsSync(path.join(folder, name))) found.push(path.join(folder, name));
    if (existsSync(path.join(folder, boundary))) return found;
    if (folder === path.dirname(folder)) return found.slice(0, 1);
  }
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

export function unreadable(file: string, cause: unknown): UvLambdaError {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  return new UvLambdaError("BAD_FILE", `${file} cannot be read: ${code}.`, { cause });
}
