import { readdirSync } from "node:fs";
import * as path from "node:path";
import { compareBytes } from "../lib/byteOrder.js";
import { posixRelative } from "../lib/paths.js";
import { compileWildcard, wildcardMatches } from "../lib/patterns/wildcard.js";
import { readPyprojectIfAny, type Pyproject } from "./pyproject.js";

export interface WorkspaceMember {
  /** Normalised. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly pyproject: Pyproject;
}

/** All members of the workspace with this root, by name. Includes the root if it is a project. */
export function listMembers(root: Pyproject): WorkspaceMember[] {
  const members: WorkspaceMember[] = [];
  const add = (folder: string, pyproject: Pyproject | undefined) => {
    if (pyproject?.project !== undefined && pyproject.uv.managed !== false)
      members.push({ name: pyproject.project.name, folder, pyproject });
  };
  add(root.folder, root);
  for (const relative of memberFolders(root)) {
    const folder = path.join(root.folder, relative);
    add(folder, readPyprojectIfAny(folder));
  }
  return members.sort((a, b) => compareBytes(a.name, b.name));
}

/** Whether the workspace's `members` name `folder`, below `root` or beside it, and its `exclude` does not. */
export function isMember(root: Pyproject, folder: string): boolean {
  const relative = posixRelative(root.folder, folder);
  const { members, exclude } = root.uv.workspace ?? { members: [], exclude: [] };
  return members.some((glob) => matchesMember(glob, relative)) && !exclude.some((glob) => isExcluded(glob, relative));
}

function memberFolders(root: Pyproject): string[] {
  const found = new Set<string>();
  for (const glob of root.uv.workspace?.members ?? [])
    for (const folder of expand(root.folder, globNames(glob))) if (folder !== "") found.add(folder);
  return [...found].filter((folder) => isMember(root, path.join(root.folder, folder)));
}

/** Folders that a glob names, relative to `root`. Opens only folders that can match. */
function expand(root: string, names: readonly string[], folder = ""): string[] {
  const [name, ...rest] = names;
  if (name === undefined) return [folder];
  const below = (child: string) => (folder === "" ? child : `${folder}/${child}`);
  if (!/[*?[]/.test(name)) return expand(root, rest, below(name));
  const children = childFolders(path.join(root, folder));
  const results: string[] = [];
  if (name === "**") {
    results.push(...expand(root, rest, folder));
    for (const child of children)
      if (!skippedByRecursion.has(child)) results.push(...expand(root, names, below(child)));
  } else {
    const wildcard = compileWildcard(name);
    for (const child of children)
      if (wildcardMatches(wildcard, child)) results.push(...expand(root, rest, below(child)));
  }
  return results;
}

/** Folders without members, which often contain ten thousand folders. */
const skippedByRecursion = new Set([".git", ".venv", "node_modules", "__pycache__"]);

function childFolders(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function matchesMember(glob: string, relative: string): boolean {
  return namesMatch(globNames(glob), relative.split("/"));
}

function namesMatch(globs: readonly string[], names: readonly string[]): boolean {
  const [glob, ...rest] = globs;
  if (glob === undefined) return names.length === 0;
  if (glob === "**") return namesMatch(rest, names) || (names.length > 0 && namesMatch(globs, names.slice(1)));
  return names.length > 0 && wildcardMatches(compileWildcard(glob), names[0]!) && namesMatch(rest, names.slice(1));
}

/** In `exclude`, unlike in `members`, uv's `*` matches slashes: `packages/*` excludes `packages/a/b` too. */
function isExcluded(glob: string, relative: string): boolean {
  const text = globNames(glob).join("/");
  const forms = [text, text.replaceAll("**/", "")];
  return forms.some((form) => wildcardMatches(compileWildcard(form), relative));
}

/** The names in a member glob, without `.` and doubled or trailing slashes. */
function globNames(glob: string): string[] {
  return path.posix
    .normalize(glob)
    .split("/")
    .filter((name) => name !== "" && name !== ".");
}
