import { statSync } from "node:fs";
import * as path from "node:path";
import { isInside, posixRelative } from "../../lib/paths.js";
import { compileGlob } from "../../lib/patterns/glob.js";
import { scanFolder } from "../../tree/scan.js";
import type { SourceTree } from "../../tree/tree.js";
import { namedPaths } from "./namedPaths.js";
import { createOwnFileFilter, type OwnFileFilter } from "./ownFileFilter.js";
import { ownFileRules, compileGlobs, type OwnFilesRequest } from "./ownFiles.js";
import type { Project } from "../workspace.js";

/** Files that never reach an archive, but are needed to build and install the packages. */
const buildFiles = (
  "pyproject.toml uv.lock uv.toml .python-version .gitignore README* readme* LICENSE* LICENCE* NOTICE* " +
  "/*.md /setup.cfg /requirements*.txt /Makefile"
).split(" ");

/** What uv reads at a workspace's root, whichever member is packaged. */
const rootFiles = ["pyproject.toml", "uv.lock", "uv.toml", ".python-version"];

/**
 * The workspace as uv needs it to install `folders` (absolute, links resolved), by paths from its root: their
 * sources by the rules for own files, what their builds need or name, the lock, and every member's pyproject.toml.
 * Leaves out what is outside of the workspace. Throws INVALID_INPUT, BAD_FILE.
 */
export async function projectSources(
  project: Project,
  folders: readonly string[],
  request: OwnFilesRequest,
): Promise<SourceTree> {
  const beside = namedBeside(folders);
  const siblings = beside.folders.filter((folder) => inRoot(project, folder) !== "");
  const filters = await filtersOf(project, [...folders, ...siblings], request);
  const members = project.members.flatMap(({ folder }) => inRoot(project, folder) ?? []);
  const projectFiles = members.map((member) => path.posix.join(member, "pyproject.toml"));
  const named = beside.files.flatMap((file) => inRoot(project, file) ?? []);
  const always = new Set([...rootFiles, ...projectFiles, ...named]);
  const parents = new Set([...filters.keys(), ...always].flatMap(foldersAbove).concat([...filters.keys()]));
  return scanFolder(project.root, {
    keeps: true,
    select: (relative, isFolder) => {
      if (isFolder ? parents.has(relative) : always.has(relative)) return true;
      const owner = ownerOf(relative, [...filters.keys()]);
      const below = owner === "" ? relative : relative.slice((owner ?? "").length + 1);
      return owner !== undefined && filters.get(owner)!(below, isFolder);
    },
  });
}

/**
 * What build files of packages name outside of them, such as forced includes. Leaves out folders that contain the
 * package.
 */
function namedBeside(packages: readonly string[]): { readonly files: string[]; readonly folders: string[] } {
  const found = packages.flatMap((folder) => namedPaths(folder).filter((named) => isBeside(named, folder)));
  const files: string[] = [];
  const folders: string[] = [];
  for (const named of new Set(found)) (statSync(named).isDirectory() ? folders : files).push(named);
  return { files, folders };
}

function isBeside(one: string, other: string): boolean {
  return !isInside(one, other) && !isInside(other, one);
}

function foldersAbove(file: string): string[] {
  const above = path.posix.dirname(file);
  return above === "." ? [] : [above, ...foldersAbove(above)];
}

/** For each folder, relative to the root: which of its files are wanted. */
async function filtersOf(
  project: Project,
  folders: readonly string[],
  request: OwnFilesRequest,
): Promise<ReadonlyMap<string, OwnFileFilter>> {
  // A Dockerfile installs packages, perhaps from the project's own index.
  const rules = { ...ownFileRules(project, request), indexFolders: [] };
  const include = [...rules.include, ...buildFiles.map(compileGlob)];
  // Only if the program is directly in the folder that is packaged.
  const isShared = request.source === undefined || request.source === project.folder;
  const filters = new Map<string, OwnFileFilter>();
  for (const base of new Set([project.folder, ...folders])) {
    const relative = inRoot(project, base);
    if (relative === undefined) continue;
    const programFiles =
      isShared && base === project.folder ? compileGlobs("programFiles", request.programFiles ?? []) : [];
    filters.set(relative, createOwnFileFilter({ ...rules, include, base, programFiles }));
  }
  return filters;
}

/** With `/`; "" is the root itself. Undefined for a folder outside of it. */
function inRoot(project: Project, folder: string): string | undefined {
  return isInside(folder, project.root) ? posixRelative(project.root, folder) : undefined;
}

/** The innermost of `folders` that `relative` is or is in. */
function ownerOf(relative: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => folder === "" || relative === folder || relative.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}
