import * as fs from "node:fs/promises";
import * as path from "node:path";
import { InvalidInputError, UvLambdaError } from "../lib/errors.js";
import { readRegularText } from "../lib/regularFile.js";
import { didYouMean } from "../lib/suggest.js";
import { lockMissing } from "./lock/lockErrors.js";
import { conflictMarkerLine } from "./lock/lockText.js";
import { refuseSpecialFiles } from "./specialFiles.js";
import { isMember, listMembers, type WorkspaceMember } from "./members.js";
import { isPackage, normaliseName, readPyprojectIfAny, type Pyproject } from "./pyproject.js";

/** One uv project, alone or as a member of a workspace. All folders are absolute with links resolved. */
export interface Project {
  /** Folder of the workspace, or of the project when it stands alone: uv.lock lies here, and uv runs here. */
  readonly root: string;
  /** Folder of the project that is packaged. */
  readonly folder: string;
  /** Normalised; undefined for a root without a [project] table that is packaged for its dependency groups alone. */
  readonly name: string | undefined;
  readonly pyproject: Pyproject;
  readonly rootPyproject: Pyproject;
  /** Whether uv builds the project into a wheel; if not, its own files are copied by our rules. */
  readonly isPackage: boolean;
  /** Every member of the workspace, by name; the project alone when there is no workspace. */
  readonly members: readonly WorkspaceMember[];
  readonly isVirtualRoot: boolean;
  readonly lockFile: string;
}

export interface ProjectRequest {
  /** Absolute folder. */
  readonly project: string;
  readonly package?: string;
}

/** Finds the project by uv's rules. Throws INVALID_INPUT, PROJECT_UNREADABLE, LOCK_MISSING, LOCK_UNREADABLE. */
export async function loadProject(request: ProjectRequest): Promise<Project> {
  const folder = await realFolder(request.project);
  const own = await readPyprojectIfAny(folder);
  if (own === undefined) throw await noProjectHere(folder);
  const rootPyproject = (await findWorkspaceRoot(own)) ?? own;
  const members = await listMembers(rootPyproject);
  const pyproject = choose(own, members, request.package);
  const project: Project = {
    root: rootPyproject.folder,
    folder: pyproject.folder,
    name: pyproject.project?.name,
    pyproject,
    rootPyproject,
    isPackage: isPackage(pyproject),
    members,
    isVirtualRoot: rootPyproject.project === undefined,
    lockFile: path.join(rootPyproject.folder, "uv.lock"),
  };
  await refuseBadLock(project);
  await refuseSpecialFiles([project.folder, ...members.map((member) => member.folder)], project.root);
  return project;
}

/**
 * The first pyproject.toml above decides: a workspace that names this folder is the root; anything else leaves the
 * project on its own: then undefined, as for a root itself. A workspace further up is never asked, as in uv.
 */
export async function findWorkspaceRoot(own: Pyproject): Promise<Pyproject | undefined> {
  if (own.uv.workspace !== undefined || own.uv.managed === false) return undefined;
  for (let folder = path.dirname(own.folder); ; folder = path.dirname(folder)) {
    const above = await readPyprojectIfAny(folder);
    if (above !== undefined) return above.uv.managed !== false && isMember(above, own.folder) ? above : undefined;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function choose(own: Pyproject, members: readonly WorkspaceMember[], wanted: string | undefined): Pyproject {
  const names = members.map((member) => member.name);
  if (wanted !== undefined) {
    const found = members.find((member) => member.name === normaliseName(wanted));
    if (found !== undefined) return found.pyproject;
    const given = JSON.stringify(wanted.slice(0, 80));
    const message = `${given} is not a member of the workspace.${didYouMean(wanted, names)} Members: ${list(names)}.`;
    throw new InvalidInputError([{ property: "package", message }]);
  }
  if (own.project !== undefined) return own;
  if (own.uv.workspace !== undefined) {
    const message = `${own.folder} is a workspace without a project of its own: set \`package\` to the member to deploy. Members: ${list(names)}.`;
    throw new InvalidInputError([{ property: "package", message }]);
  }
  // Dependency groups alone can be locked and installed; there is just nothing else to package.
  if (Object.keys(own.dependencyGroups).length > 0) return own;
  throw new UvLambdaError(
    "PROJECT_UNREADABLE",
    `${own.file} has neither a [project] nor a [tool.uv.workspace] table.`,
    {
      hint: "Point `project` at the folder of a uv project, or run `uv init` there.",
    },
  );
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await fs.realpath(folder);
    if ((await fs.stat(real)).isDirectory()) return real;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    const what = code === "ENOENT" ? "does not exist" : `cannot be opened: ${code}`;
    throw new InvalidInputError([{ property: "project", message: `the folder ${folder} ${what}.` }]);
  }
  throw new InvalidInputError([
    { property: "project", message: `${folder} is a file; give the folder that holds it.` },
  ]);
}

async function noProjectHere(folder: string): Promise<UvLambdaError> {
  for (let above = path.dirname(folder); ; above = path.dirname(above)) {
    if ((await readPyprojectIfAny(above)) !== undefined)
      return new UvLambdaError("PROJECT_UNREADABLE", `${folder} has no pyproject.toml.`, {
        hint: `The nearest one is in ${above}: give that folder as \`project\`, and this one as \`source\` if the modules are here.`,
      });
    if (above === path.dirname(above)) break;
  }
  const listed = await fs.access(path.join(folder, "requirements.txt")).then(
    () => true,
    () => false,
  );
  return new UvLambdaError(
    "PROJECT_UNREADABLE",
    `${folder} has no pyproject.toml, and neither has a folder above it.`,
    {
      hint: listed
        ? `To make a uv project of its requirements.txt: \`uv init --bare && uv add -r requirements.txt\` in ${folder}.`
        : "Point `project` at the folder of a uv project.",
    },
  );
}

async function refuseBadLock(project: Project): Promise<void> {
  let text: string;
  try {
    text = await readRegularText(project.lockFile);
  } catch (error) {
    if (error instanceof UvLambdaError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code !== "ENOENT") throw new UvLambdaError("LOCK_UNREADABLE", `${project.lockFile} cannot be read: ${code}.`);
    throw lockMissing(project.root);
  }
  const line = conflictMarkerLine(text);
  if (line !== undefined)
    throw new UvLambdaError("LOCK_UNREADABLE", `${project.lockFile}:${line}: a merge conflict is not resolved.`, {
      hint: `Take either side and run \`uv lock\` in ${project.root}.`,
    });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
