import { existsSync, statSync } from "node:fs";
import * as path from "node:path";
import { realPath } from "../../lib/realPath.js";
import { asString } from "../../lib/toml.js";
import { hasVcsVersion, requirementName } from "./buildBackend.js";
import { listMembers } from "../members.js";
import { readPyprojectIfAny, type Pyproject } from "../pyproject.js";
import { packageFiles, type SourceFile } from "../sources/sourceFiles.js";
import { findWorkspaceRoot, type Project } from "../workspace.js";

/**
 * The tools of a package's build that are workspace members or path sources: its backend, plugins, and their
 * dependencies.
 */
export interface BuildTools {
  /** Normalised names. Empty for nearly every package. */
  readonly names: readonly string[];
  /** The files of the tools, and the project files with which uv finds them, relative to the package. */
  readonly files: readonly SourceFile[];
  /**
   * Whether a copy of the package and its tools gives the same wheel: not with a version from git or an absolute path.
   */
  readonly movable: boolean;
}

interface Tool {
  readonly name: string;
  /** As written, links not resolved. */
  readonly place: string;
  readonly isFixed: boolean;
}

/**
 * Follows the package's `[build-system] requires` through `[tool.uv.sources]`, and then dependencies too. `project`:
 * the project that is packaged. `without`: folders that are not searched for files of a tool. Throws BAD_FILE,
 * PROJECT_UNREADABLE.
 */
export async function localBuildTools(
  pyproject: Pyproject,
  project: Project,
  without: (folder: string) => readonly string[],
): Promise<BuildTools> {
  const root = realPath(pyproject.folder);
  const tools = new Map<string, Tool>();
  const surroundings = new Set<string>();
  const sources = (of: Pyproject, required: readonly string[]) => sourcesOf(of, required, project, surroundings);
  const waiting = await sources(pyproject, buildRequires(pyproject));
  let movable = true;
  for (let tool = waiting.shift(); tool !== undefined; tool = waiting.shift()) {
    if (tools.has(tool.place) || path.relative(root, tool.place) === "") continue;
    tools.set(tool.place, tool);
    const toolPyproject = readPyprojectIfAny(tool.place);
    movable &&= !tool.isFixed && (toolPyproject === undefined || !hasVcsVersion(toolPyproject));
    if (toolPyproject !== undefined)
      waiting.push(
        ...(await sources(toolPyproject, [...buildRequires(toolPyproject), ...requirements(toolPyproject)])),
      );
  }
  const files = [...tools.values()].map(({ place }) => filesOf(place, root, without));
  const around = [...surroundings].map((file) => ({ relative: path.relative(root, file), file }));
  const names = [...new Set([...tools.values()].map(({ name }) => name))];
  return { names, files: names.length === 0 ? [] : [...around, ...files.flat()], movable };
}

function buildRequires({ buildSystem }: Pyproject): readonly string[] {
  return buildSystem?.requires ?? [];
}

function requirements({ project }: Pyproject): readonly string[] {
  return [...(project?.dependencies ?? []), ...Object.values(project?.optionalDependencies ?? {}).flat()];
}

/**
 * The required packages that are local folders or files. Adds the project files that uv reads to find them to
 * `surroundings`.
 */
async function sourcesOf(
  pyproject: Pyproject,
  required: readonly string[],
  project: Project,
  surroundings: Set<string>,
): Promise<Tool[]> {
  const names = required.map(requirementName);
  if (names.length === 0) return [];
  const isOfProject = project.members.some(({ folder }) => folder === pyproject.folder);
  const root = isOfProject ? project.rootPyproject : (findWorkspaceRoot(pyproject) ?? pyproject);
  const found: Tool[] = [];
  for (const name of names) {
    // A member uses the sources of its workspace, unless it names its own.
    const from = pyproject.uv.sources[name] === undefined ? root : pyproject;
    for (const source of from.uv.sources[name] ?? []) {
      const given = asString(source["path"]);
      const member = source["workspace"] === true ? memberFolder(root, name) : undefined;
      const place = given === undefined ? member : path.resolve(from.folder, given);
      if (place !== undefined) found.push({ name, place, isFixed: given !== undefined && path.isAbsolute(given) });
    }
  }
  if (found.length > 0) for (const file of projectFiles(root)) surroundings.add(file);
  return found;
}

function memberFolder(root: Pyproject, name: string): string | undefined {
  return listMembers(root).find((member) => member.name === name)?.folder;
}

/** uv refuses a workspace whose members lack their project file. */
function projectFiles(root: Pyproject): string[] {
  return [root.file, ...listMembers(root).map(({ pyproject }) => pyproject.file)];
}

function filesOf(place: string, root: string, without: (folder: string) => readonly string[]): SourceFile[] {
  const relative = path.relative(root, place);
  // uv reports what is missing.
  if (!existsSync(place)) return [];
  const folder = realPath(place);
  if (statSync(folder).isFile()) return [{ relative, file: folder }];
  const files = packageFiles(folder, without(folder));
  return files.map((file) => ({ relative: path.join(relative, file.relative), file: file.file }));
}
