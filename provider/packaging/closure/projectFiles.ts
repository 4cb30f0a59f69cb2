import { existsSync } from "node:fs";
import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import { sha256Hex } from "../../lib/hash.js";
import { posixRelative } from "../../lib/paths.js";
import { realPath } from "../../lib/realPath.js";
import { readRegularText, refuseSpecial } from "../../lib/regularFile.js";
import { lockedLocalFolders, lockedLocalPackages } from "../../project/lock/lockfile.js";
import { namedPaths } from "../../project/sources/namedPaths.js";
import { packageFiles } from "../../project/sources/sourceFiles.js";
import { readPyprojectAndText, readPyprojectIfAny, type Pyproject } from "../../project/pyproject.js";
import type { Project } from "../../project/workspace.js";
import { keptFileFacts } from "../../tree/fileFacts.js";

/** Files beside a pyproject.toml that can say what a package depends on, too. */
const describing = ["setup.py", "setup.cfg", "uv.toml"];

/**
 * Hash of the lock and of every file that `uv lock --check` and `uv export` read: while it stays the same, so do
 * their answers. It has only contents and paths relative to the root, so it is the same in every checkout. `lock` is
 * the text of the lock. Default: as it is now. Reads each file once.
 */
export async function projectFilesHash(project: Project, lock = readRegularText(project.lockFile)): Promise<string> {
  const members = project.members.map((member) => relativeTo(project, member.folder));
  const folders = new Set(["", ...lockedLocalFolders(lock), ...members].map((folder) => path.posix.normalize(folder)));
  const hashes = new Map<string, string | undefined>();
  for (const folder of [...folders].sort()) {
    const read = readPyprojectAndText(path.resolve(project.root, folder));
    hashes.set(path.posix.join(folder, "pyproject.toml"), read && sha256Hex(read.text));
    const further = describing.map((name) => path.posix.join(folder, name));
    if (isComputed(read?.pyproject, folder)) further.push(...readByBackend(project, folder));
    for (const file of further)
      if (!hashes.has(file)) hashes.set(file, await hashIfAny(path.resolve(project.root, file)));
  }
  return sha256Hex(JSON.stringify([sha256Hex(lock), [...hashes].filter(([, hash]) => hash !== undefined)]));
}

/**
 * Names of the local packages whose dependencies their build backends compute, which uv otherwise takes from its cache.
 */
export function computedPackages(project: Project): string[] {
  const local = lockedLocalPackages(project.lockText);
  const pyprojectIn = (folder: string) => readPyprojectIfAny(path.resolve(project.root, folder));
  return local.filter(({ folder }) => isComputed(pyprojectIn(folder), folder)).map(({ name }) => name);
}

/**
 * A backend may read a package's dependencies from any file beside the project file, from any that is no module, and
 * from those that it names.
 */
function readByBackend(project: Project, relative: string): string[] {
  const folder = path.resolve(project.root, relative);
  if (!existsSync(folder)) return [];
  const root = realPath(folder);
  const others = project.members.map((member) => member.folder).filter((member) => member !== root);
  const named = new Set(namedPaths(root));
  const read = packageFiles(root, others).filter(
    (one) => !one.relative.endsWith(".py") || path.dirname(one.relative) === "." || named.has(one.file),
  );
  const all = read.map((one) => path.posix.join(relative, one.relative.split(path.sep).join("/")));
  return all.filter((file) => file !== "uv.lock").sort();
}

function isComputed(pyproject: Pyproject | undefined, relative: string): boolean {
  const table = pyproject?.project;
  // A root without [project] is never built. Others without it have a setup.py.
  if (table === undefined) return relative !== ".";
  return ["dependencies", "optional-dependencies"].some((field) => table.dynamic.includes(field));
}

function relativeTo(project: Project, folder: string): string {
  return posixRelative(project.root, folder);
}

async function hashIfAny(file: string): Promise<string | undefined> {
  refuseSpecial(file);
  try {
    return (await keptFileFacts(file)).sha256;
  } catch (error) {
    if (error instanceof UvLambdaError) throw error;
    return undefined;
  }
}
