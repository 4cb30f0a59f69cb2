import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sha256Hex } from "../lib/hash.js";
import { lockedLocalFolders } from "../project/lockfile.js";
import type { Pyproject } from "../project/pyproject.js";
import type { Project } from "../project/workspace.js";

/** Files beside a pyproject.toml that can say what a package depends on. */
const describing = ["pyproject.toml", "setup.py", "setup.cfg", "uv.toml"];

/**
 * Hash of the lock and of every file that `uv lock --check` and `uv export` read: as long as it stays, their answers stay.
 * Contents only, paths relative to the root, so that it is the same in every checkout.
 */
export async function projectFilesHash(project: Project): Promise<string> {
  const lock = await fs.readFile(project.lockFile, "utf8");
  const folders = new Set([
    "",
    ...lockedLocalFolders(lock),
    ...project.members.map((m) => relativeTo(project, m.folder)),
  ]);
  const files = [...folders].sort().flatMap((folder) => describing.map((name) => path.posix.join(folder, name)));
  for (const { folder, pyproject } of project.members) {
    if (!computesDependencies(pyproject)) continue;
    files.push(...(await filesIn(folder)).map((name) => path.posix.join(relativeTo(project, folder), name)));
  }
  const contents = await Promise.all(
    files.map(async (file) => [file, await hashIfAny(path.resolve(project.root, file))] as const),
  );
  return sha256Hex(JSON.stringify([sha256Hex(lock), contents.filter(([, hash]) => hash !== undefined)]));
}

/** Its backend may read them from any file; uv is asked again when one beside the project file changes. */
function computesDependencies({ project }: Pyproject): boolean {
  return ["dependencies", "optional-dependencies"].some((field) => project?.dynamic.includes(field));
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !describing.includes(entry.name)).map(({ name }) => name);
  return names.filter((name) => name !== "uv.lock").sort();
}

function relativeTo(project: Project, folder: string): string {
  return path.relative(project.root, folder).split(path.sep).join("/");
}

async function hashIfAny(file: string): Promise<string | undefined> {
  const content = await fs.readFile(file).catch(() => undefined);
  return content === undefined ? undefined : sha256Hex(content);
}
