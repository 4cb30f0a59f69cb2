import { statSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { realPath } from "../lib/realPath.js";
import { InvalidInputError, UvLambdaError } from "../lib/errors.js";
import { shellWord } from "../lib/messages/shellWord.js";
import { readRegularText } from "../lib/regularFile.js";
import { lockMissing } from "./lock/lockErrors.js";
import { findInlineScript } from "./inlineMetadata.js";
import { conflictMarkerLine } from "./lock/lockfile.js";
import { refuseSpecialFiles } from "./specialFiles.js";
import { isMember, listMembers, type WorkspaceMember } from "./members.js";
import { isAFile, noPyproject, notAFolder, notAMember, unmanaged } from "./projectErrors.js";
import { isPackage, normaliseName, readPyprojectIfAny, type Pyproject } from "./pyproject.js";

/** One uv project, alone or as a member of a workspace. All folders are absolute with links resolved. */
export interface Project {
  /** Folder of the workspace, or of the project if it is not in one. uv.lock is here, and uv runs here. */
  readonly root: string;
  /** Folder of the project that is packaged. */
  readonly folder: string;
  /** Normalised. Undefined for a root without a [project] table, which is packaged only for its dependency groups. */
  readonly name: string | undefined;
  readonly pyproject: Pyproject;
  readonly rootPyproject: Pyproject;
  /** Whether uv builds the project into a wheel. If not, its own files are copied by our rules. */
  readonly isPackage: boolean;
  /** Every member of the workspace, by name. Only the project when there is no workspace. */
  readonly members: readonly WorkspaceMember[];
  readonly isVirtualRoot: boolean;
  readonly lockFile: string;
  /** Text of `lockFile` when it was read: the whole build goes by it. */
  readonly lockText: string;
}

export interface ProjectRequest {
  /** Absolute folder. */
  readonly project: string;
  readonly package?: string;
}

/** Gives what `read` gives. `name` says what it is: the projects of one workspace can share what it has once. */
export type Share = <T>(name: string, read: () => T) => T | Promise<T>;

/**
 * Finds the project by uv's rules. Throws INVALID_INPUT, PROJECT_UNREADABLE, LOCK_MISSING, LOCK_UNREADABLE, BAD_FILE.
 */
export async function loadProject(request: ProjectRequest, share: Share = (_name, read) => read()): Promise<Project> {
  const folder = realFolder(request.project);
  const nearest = readPyprojectIfAny(folder);
  if (nearest === undefined) throw await noProjectHere(folder);
  const rootPyproject = findWorkspaceRoot(nearest) ?? nearest;
  const root = rootPyproject.folder;
  const members = await share(`members ${root}`, () => listMembers(rootPyproject));
  const pyproject = choose(nearest, members, request.package);
  if (pyproject.uv.managed === false) throw unmanaged(pyproject);
  const project: Project = {
    root,
    folder: pyproject.folder,
    name: pyproject.project?.name,
    pyproject,
    rootPyproject,
    isPackage: isPackage(pyproject),
    members,
    isVirtualRoot: rootPyproject.project === undefined,
    lockFile: lockIn(root),
    lockText: await share(`lock text ${root}`, () => readLock(root)),
  };
  const folders = members.map((member) => member.folder);
  await share(`special files ${root}`, () => refuseSpecialFiles(folders, root));
  if (!folders.includes(project.folder)) refuseSpecialFiles([project.folder], root);
  return project;
}

/**
 * The first pyproject.toml above decides. If it has a workspace that names this folder, it is the root. Otherwise
 * the project is on its own: undefined, as for a root itself. A workspace further up is never considered, as in uv.
 */
export function findWorkspaceRoot(nearest: Pyproject): Pyproject | undefined {
  if (nearest.uv.workspace !== undefined || nearest.uv.managed === false) return undefined;
  for (let folder = path.dirname(nearest.folder); ; folder = path.dirname(folder)) {
    const above = readPyprojectIfAny(folder);
    if (above !== undefined) return above.uv.managed !== false && isMember(above, nearest.folder) ? above : undefined;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function choose(nearest: Pyproject, members: readonly WorkspaceMember[], wanted: string | undefined): Pyproject {
  const names = members.map((member) => member.name);
  if (wanted !== undefined) {
    const found = members.find((member) => member.name === normaliseName(wanted));
    if (found !== undefined) return found.pyproject;
    throw notAMember(wanted, names);
  }
  if (nearest.project !== undefined) return nearest;
  if (nearest.uv.workspace !== undefined) {
    const message = `${nearest.folder} is a workspace without its own project. To fix this, set \`package\` to the member to deploy. Members: ${names.length === 0 ? "none" : names.join(", ")}.`;
    throw new InvalidInputError([{ property: "package", message }]);
  }
  // Dependency groups alone can be locked and installed. There is nothing else to package.
  if (Object.keys(nearest.dependencyGroups).length > 0) return nearest;
  throw new UvLambdaError(
    "PROJECT_UNREADABLE",
    `${nearest.file} has neither a [project] nor a [tool.uv.workspace] table.`,
    { hint: withoutProjectHint(nearest) },
  );
}

/** `uv init` refuses a folder that has a pyproject.toml. */
function withoutProjectHint({ tool }: Pyproject): string {
  if ("poetry" in tool)
    return "uv reads [project], not [tool.poetry]. To fix this, convert the one to the other, for example with `uvx migrate-to-uv`, and run `uv lock`.";
  return "Point `project` at the folder of a uv project, or add a [project] table with `name`, `version`, `requires-python` and `dependencies`, and run `uv lock`.";
}

function realFolder(folder: string): string {
  try {
    const real = realPath(folder);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw notAFolder("project", folder, code === "ENOENT" ? "does not exist" : `cannot be opened: ${code}`);
  }
  throw notAFolder("project", folder, isAFile);
}

async function noProjectHere(folder: string): Promise<UvLambdaError> {
  for (let above = path.dirname(folder); ; above = path.dirname(above)) {
    if (readPyprojectIfAny(above) !== undefined)
      return new UvLambdaError("PROJECT_UNREADABLE", `${folder} has no pyproject.toml.`, {
        hint: `The nearest one is in ${above}. To fix this, set \`project\` to that folder, and \`source\` to this one if the modules are here.`,
      });
    if (above === path.dirname(above)) break;
  }
  const listed = await fs.access(path.join(folder, "requirements.txt")).then(
    () => true,
    () => false,
  );
  const script = await findInlineScript(folder);
  if (script !== undefined) {
    const { file, dependencies } = script;
    const add =
      dependencies.length === 0 ? "uv lock" : `uv add ${dependencies.map((word) => shellWord(word)).join(" ")}`;
    return noPyproject(
      folder,
      `${file} names its dependencies itself (PEP 723), but only projects are packaged. To make one, run \`uv init --bare && ${add}\` in ${folder}.`,
    );
  }
  return listed
    ? noPyproject(
        folder,
        `To make a uv project from its requirements.txt, run \`uv init --bare && uv add -r requirements.txt\` in ${folder}.`,
      )
    : noPyproject(folder);
}

function lockIn(root: string): string {
  return path.join(root, "uv.lock");
}

/** The text of uv.lock in the root of a project. Throws LOCK_MISSING, LOCK_UNREADABLE, BAD_FILE. */
function readLock(root: string): string {
  const file = lockIn(root);
  const text = lockTextOf(file, root);
  const line = conflictMarkerLine(text);
  if (line === undefined) return text;
  throw new UvLambdaError("LOCK_UNREADABLE", `${file}:${line}: a merge conflict is not resolved.`, {
    hint: `To fix this, take either side, then run \`uv lock\` in ${root}.`,
  });
}

function lockTextOf(file: string, root: string): string {
  try {
    return readRegularText(file);
  } catch (error) {
    if (error instanceof UvLambdaError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT") throw lockMissing(root);
    const why = code === "EISDIR" ? "is a folder, not a file" : `cannot be read: ${code}`;
    throw new UvLambdaError("LOCK_UNREADABLE", `${file} ${why}.`, {
      hint: `Remove it, or make it readable; \`uv lock\` in ${root} writes it again.`,
    });
  }
}
