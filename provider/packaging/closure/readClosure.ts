import * as path from "node:path";
import { realPath } from "../../lib/realPath.js";
import { InvalidInputError, type Problem } from "../../lib/errors.js";
import { sha256File } from "../../lib/hash.js";
import { firstOf } from "../../lib/messages/lists.js";
import { didYouMean } from "../../lib/messages/suggest.js";
import { withHashesOnDisk } from "../../project/lock/localArchives.js";
import { lockedNames } from "../../project/lock/lockfile.js";
import { markerApplies } from "../../project/lock/markers.js";
import { parsePylock, type LockedPackage, type LocalPackage, type ParsedPylock } from "../../project/lock/pylock.js";
import { keyText } from "../../project/lock/pylockKey.js";
import { normaliseName } from "../../project/pyproject.js";
import type { Project } from "../../project/workspace.js";
import type { Target } from "../../runtimes/index.js";
import { unknownNames } from "../../uv/errors/unknownNames.js";
import type { Selection } from "../../uv/errors/uvCall.js";
import { projectBuildRules, type BuildRules } from "../../uv/settings/buildSettings.js";
import { exportLock } from "../../uv/export.js";
import { changedMeanwhile } from "../changedMeanwhile.js";
import { installingPython } from "../install/interpreter.js";
import { asSet, keyOf } from "../../store/key.js";
import { checkSomethingApplies, warnAboutPatchMarkers } from "./coverage.js";
import { projectFilesHash } from "./projectFiles.js";
import { withoutProvided } from "./provided.js";
import type { PackageRequest } from "../request.js";
import type { BuildSession } from "../buildSession.js";
import type { Work } from "../work.js";

/** A folder whose package ships, absolute with links resolved. */
export interface LocalFolder {
  readonly name: string;
  readonly folder: string;
}

/** What ships for one selection on one target, according to the lock. */
export interface Closure {
  readonly selection: Selection;
  /** What to install. */
  readonly locked: readonly LockedPackage[];
  /** What layers bring instead. */
  readonly leftOut: readonly LockedPackage[];
  readonly local: readonly LocalFolder[];
  /** Identity of `locked` on the target. */
  readonly keyText: string;
  /** What the project's settings say about building and wheels. */
  readonly rules: BuildRules;
  /** Names in `locked` that they want built from source although there are wheels. */
  readonly wheelsRefused: readonly string[];
}

/** A request whose closure is known. */
export interface ClosedWork extends Work {
  readonly closure: Closure;
}

/** Asks uv, or uses a stored answer. Throws INVALID_INPUT for unknown names, and the errors of `exportLock`. */
export async function readClosure(work: Work): Promise<Closure> {
  const { session, uv, project, request, target, filesHash } = work;
  const lock = project.lockText;
  const selection = selectionOf(project, request);
  refuseUnknownNames({ project, request }, selection, lock);
  // The export names local files by absolute path, which differs in another checkout.
  const root = /\bpath = "/.test(lock) ? project.root : undefined;
  const keySelection = { ...selection, naming: undefined };
  const key = keyOf("export", { files: filesHash, selection: keySelection, uv: uv.version, root });
  const { entry } = await session.store.getOrCreate("export", key, async () => {
    const exported = exportLock(uv, project.root, selection);
    if (buildsLocally(work, lock)) expectBuilds(work);
    const text = await exported;
    // Parsed, never as text: the text contains the credentials of direct URLs.
    const parsed = parsePylock(text);
    if ((await projectFilesHash(project)) !== filesHash) throw changedMeanwhile(project.lockFile);
    session.exports.set(exportName(project, selection, filesHash), { text, parsed });
    return parsed;
  });
  const { packages, localPackages } = entry.meta as ParsedPylock;
  checkSomethingApplies({ project, request, target }, { packages, localPackages }, uv);
  warnAboutPatchMarkers(session, packages, target, uv.reporter);
  const all = await lockedPackages(session, project, packages);
  const { locked, leftOut } = withoutProvided(request.provided ?? [], { packages: all, localPackages }, target, uv);
  const rules = projectBuildRules(project.root);
  return {
    selection,
    locked,
    leftOut,
    local: await localFolders(localPackages, project, request, target),
    keyText: keyText(locked, target),
    rules,
    wheelsRefused: locked.map(({ name }) => name).filter((name) => rules.forbidsWheel(name) !== undefined),
  };
}

function lockedPackages(
  session: BuildSession,
  project: Project,
  packages: readonly LockedPackage[],
): Promise<readonly LockedPackage[]> {
  return withHashesOnDisk(packages, project.root, (file) => archiveHash(session, file));
}

/** Name of a request's export in this process. */
function exportName(project: Project, selection: Selection, filesHash: string): string {
  return JSON.stringify([project.root, { ...selection, naming: undefined }, filesHash]);
}

/**
 * The closure's export as text, for an install: from this process, or else from uv. Throws BAD_FILE when it is no
 * longer the one that the closure was read from.
 */
export async function exportText({ session, uv, project, closure, target, filesHash }: ClosedWork): Promise<string> {
  const { selection } = closure;
  const known = session.exports.get(exportName(project, selection, filesHash));
  const text = known?.text ?? (await exportLock(uv, project.root, selection));
  const { packages } = known?.parsed ?? parsePylock(text);
  const all = await lockedPackages(session, project, packages);
  const isLeftOut = ({ name }: LockedPackage) => closure.leftOut.some((one) => one.name === name);
  const locked = all.filter((one) => !isLeftOut(one));
  if (keyText(locked, target) !== closure.keyText) throw changedMeanwhile(project.lockFile);
  return text;
}

function archiveHash(session: BuildSession, file: string): Promise<string | undefined> {
  return session.once(`archive ${file}`, () =>
    sha256File(file).then(
      ({ sha256 }) => sha256,
      // uv reports what is missing, and ignores a missing wheel for another platform.
      () => undefined,
    ),
  );
}

function selectionOf(project: Project, request: PackageRequest): Selection {
  const { dependencyGroups, uv, project: table } = project.pyproject;
  const extras = table?.optionalDependencies ?? {};
  return {
    package: project.name,
    groups: asSet(request.groups),
    onlyGroups: asSet(request.onlyGroups),
    extras: asSet(request.extras),
    prune: asSet(request.prune.map(normaliseName)),
    naming: {
      asked: request,
      members: project.members.map((member) => member.name),
      groups: [...Object.keys(dependencyGroups), ...(uv.devDependencies.length > 0 ? ["dev"] : [])],
      extras: table?.dynamic.includes("optional-dependencies") === true ? undefined : Object.keys(extras),
    },
  };
}

async function localFolders(
  packages: readonly LocalPackage[],
  project: Project,
  request: PackageRequest,
  target: Target,
): Promise<LocalFolder[]> {
  if (request.contents === "dependencies") return [];
  const found = packages
    .filter((local) => markerApplies(local.marker, target))
    .map((local) => ({
      name: local.name,
      folder: realPath(path.resolve(project.root, local.path, local.subdirectory ?? "")),
    }));
  // The project's own code is packed as such, even if uv exports an application because another member depends on it.
  // With `source`, the function's modules come from there, and the project only has their dependencies.
  const isBuilt = project.isPackage && request.source === undefined;
  return isBuilt ? found : found.filter((local) => local.folder !== project.folder);
}

/** Whether packages from folders are built on this machine: as far as the lock tells before it is exported. */
function buildsLocally({ session, request }: Work, lock: string): boolean {
  if (request.contents === "dependencies" || request.bundling?.mode === "docker") return false;
  if (session.machine.noBuilds === true) return false;
  return /^source = \{ (editable|directory) = /m.test(lock);
}

/** Finds the interpreter for builds meanwhile. Without one in the store, uv needs as long for that as for the export. */
function expectBuilds({ session, uv, target }: Work): void {
  // The build itself asks again, and reports what failed.
  installingPython(session, uv, target).catch(() => undefined);
}

/** uv accepts any name to prune, so a misspelt name would ship what should stay out. */
function refuseUnknownNames(
  { project, request }: Pick<Work, "project" | "request">,
  selection: Selection,
  lock: string,
): void {
  if (request.prune.length + request.sourceBuilds.length === 0) return;
  const known = lockedNames(lock);
  // A lock may hold hundreds.
  const packages = firstOf([...known].sort(), 30).join(", ");
  const check = (property: string, names: readonly string[]): Problem[] =>
    names.flatMap((name, i) => {
      if (known.has(normaliseName(name))) return [];
      const message = `${JSON.stringify(name)} is not in ${project.lockFile}.${didYouMean(name, known)} Packages: ${packages}.`;
      return [{ property: `${property}[${i}]`, message }];
    });
  const problems = [...check("prune", request.prune), ...check("sourceBuilds", request.sourceBuilds)];
  if (problems.length > 0) throw new InvalidInputError([...unknownNames(selection), ...problems]);
}
