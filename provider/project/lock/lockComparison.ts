import { asStrings, asTable, asTables, type TomlTable } from "../../lib/toml.js";
import { groupRequirements } from "../dependencyGroups.js";
import { compareVersions, parseVersion } from "../pep440.js";
import { normaliseName, type Pyproject } from "../pyproject.js";
import type { Project } from "../workspace.js";
import { lacksMetadata, lockRequiresPython, parseLock } from "./lockfile.js";
import {
  declaredRequirement,
  lockedRequirement,
  requirementText,
  sameRequirement,
  type Requirement,
} from "./lockRequirements.js";

/**
 * How uv.lock differs from what the project's files ask for. What is not understood is assumed to be fine, or is
 * undecided: uv knows.
 */
export interface LockComparison {
  readonly status: "fresh" | "stale" | "undecided";
  /** What differs, for `stale` and `undecided`. */
  readonly reason: string;
}

/**
 * Whether the lock was made for these pyproject.toml files: members, requirements with their versions and sources,
 * extras, groups, constraints, overrides, requires-python. "stale" only if that is certain. Throws LOCK_UNREADABLE.
 */
export function compareLock(lockText: string, project: Project): LockComparison {
  const lock = parseLock(lockText, project.lockFile);
  const comparisons = [...compareAll(lock, lockText, project)];
  return (
    comparisons.find(({ status }) => status === "stale") ??
    comparisons.find(({ status }) => status === "undecided") ?? { status: "fresh", reason: "" }
  );
}

function* compareAll(lock: TomlTable, lockText: string, project: Project): Generator<LockComparison> {
  const manifest = asTable(lock["manifest"]);
  const root = project.rootPyproject;
  yield* compareMembers(asStrings(manifest["members"]), project);
  yield* comparePython(lockRequiresPython(lockText), project);
  yield compareList("constraint-dependencies", root, root.uv.constraints, manifest["constraints"]);
  yield compareList("override-dependencies", root, root.uv.overrides, manifest["overrides"]);
  const withoutMetadata = lacksMetadata(lockText);
  if (root.project === undefined)
    yield* compareGroups("the workspace", root, asTable(manifest["dependency-groups"]), project);
  for (const { name, pyproject } of project.members) {
    const locked = asTables(lock["package"]).find(
      (table) => table["name"] === name && isLocal(asTable(table["source"])),
    );
    if (locked === undefined) yield stale(`${name} is a member of the workspace, but not in uv.lock.`);
    else if (withoutMetadata) yield { status: "undecided", reason: "uv.lock was written without metadata." };
    else yield* compareMember(name, pyproject, asTable(locked["metadata"]), project);
  }
}

function* compareMembers(locked: readonly string[], project: Project): Generator<LockComparison> {
  const names = project.members.map((member) => member.name);
  const gone = locked.filter((name) => !names.includes(name));
  if (gone.length > 0) yield stale(`${listed(gone)} in uv.lock, but no longer a member of the workspace.`);
}

/** The lock has the intersection of the members' ranges: of plain lower bounds, the highest. */
function* comparePython(locked: string | undefined, project: Project): Generator<LockComparison> {
  const plain = (text: string) => text.replace(/\s/g, "");
  const wanted = project.members.flatMap(({ pyproject }) => pyproject.project?.requiresPython ?? []).map(plain);
  if (locked === undefined || wanted.length === 0) return;
  const bounds = wanted.map((text) => parseVersion(/^>=([\d.]+)$/.exec(text)?.[1] ?? ""));
  const known = bounds.filter((bound) => bound !== undefined);
  const highest = known.sort(compareVersions).at(-1);
  const lockedBound = parseVersion(/^>=([\d.]+)$/.exec(plain(locked))?.[1] ?? "");
  if (known.length < bounds.length || highest === undefined || lockedBound === undefined) {
    if (wanted.includes(plain(locked))) return;
    yield { status: "undecided", reason: `The lock was made for Python ${locked}.` };
  } else if (compareVersions(highest, lockedBound) !== 0)
    yield stale(`requires-python is >=${highest.release.join(".")}, but uv.lock was made for ${locked}.`);
}

function* compareMember(
  name: string,
  pyproject: Pyproject,
  metadata: TomlTable,
  project: Project,
): Generator<LockComparison> {
  const table = pyproject.project;
  if (table === undefined) return;
  if (table.dynamic.some((field) => field === "dependencies" || field === "optional-dependencies"))
    yield { status: "undecided", reason: `${name} computes its dependencies.` };
  else {
    const sources = { ...project.rootPyproject.uv.sources, ...pyproject.uv.sources };
    const declared = [
      ...table.dependencies.map((text) => declaredRequirement(text, sources)),
      ...Object.entries(table.optionalDependencies).flatMap(([extra, texts]) =>
        texts.map((text) => declaredRequirement(text, sources, extra)),
      ),
    ];
    yield compareRequirements(name, declared, asTables(metadata["requires-dist"]).map(lockedRequirement));
  }
  yield* compareGroups(name, pyproject, asTable(metadata["requires-dev"]), project);
}

function* compareGroups(
  who: string,
  pyproject: Pyproject,
  locked: TomlTable,
  project: Project,
): Generator<LockComparison> {
  const sources = { ...project.rootPyproject.uv.sources, ...pyproject.uv.sources };
  const groups = new Map(Object.keys(pyproject.dependencyGroups).map((name) => [normaliseName(name), name]));
  if (pyproject.uv.devDependencies.length > 0 && !groups.has("dev")) groups.set("dev", "dev");
  for (const [normalised, name] of groups) {
    const texts = groupRequirements(pyproject, name);
    if (normalised === "dev") texts.push(...pyproject.uv.devDependencies);
    const declared = texts.map((text) => declaredRequirement(text, sources));
    yield compareRequirements(
      `group ${normalised} of ${who}`,
      declared,
      asTables(locked[normalised]).map(lockedRequirement),
    );
  }
  for (const name of Object.keys(locked))
    if (!groups.has(name)) yield stale(`the group ${name} is in uv.lock, but no longer in pyproject.toml (${who}).`);
}

function compareList(what: string, root: Pyproject, texts: readonly string[], locked: unknown): LockComparison {
  const declared = texts.map((text) => declaredRequirement(text, root.uv.sources));
  return compareRequirements(what, declared, asTables(locked).map(lockedRequirement));
}

function compareRequirements(
  who: string,
  declared: readonly (Requirement | undefined)[],
  locked: readonly Requirement[],
): LockComparison {
  const known = declared.filter((requirement) => requirement !== undefined);
  if (known.length < declared.length)
    return { status: "undecided", reason: `${who} has a requirement that cannot be read.` };
  const key = ({ name, extra }: Requirement) => (extra === undefined ? name : `${name} in extra ${extra}`);
  const added = known.filter((d) => !locked.some((l) => key(l) === key(d)));
  if (added.length > 0) return stale(`${listed(added.map(key))} in pyproject.toml (${who}), but not in uv.lock.`);
  const removed = locked.filter((l) => !known.some((d) => key(l) === key(d)));
  if (removed.length > 0)
    return stale(`${listed(removed.map(key))} in uv.lock, but no longer in pyproject.toml (${who}).`);
  const verdicts = known.map((d) => ({
    d,
    same: anySame(
      d,
      locked.filter((l) => key(l) === key(d)),
    ),
  }));
  const changed = verdicts.find(({ same }) => same === false) ?? verdicts.find(({ same }) => same === undefined);
  if (changed === undefined) return { status: "fresh", reason: "" };
  return differs(
    changed.same === false,
    changedText(
      who,
      changed.d,
      locked.find((l) => key(l) === key(changed.d)),
    ),
  );
}

/** If both requirements have the same text, the source or the marker differs. */
function changedText(who: string, declared: Requirement, locked: Requirement | undefined): string {
  const [wanted, found] = [requirementText(declared), locked && requirementText(locked)];
  const other = found === undefined || found === wanted ? `another source or marker of ${declared.name}` : found;
  return `pyproject.toml (${who}) requires ${wanted}, but uv.lock was made for ${other}.`;
}

/** Whether the requirement is the same as one of the candidates. False only if that is certain. */
function anySame(declared: Requirement, candidates: readonly Requirement[]): boolean | undefined {
  const verdicts = candidates.map((candidate) => sameRequirement(declared, candidate));
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

function isLocal(source: TomlTable): boolean {
  return ["editable", "virtual", "directory"].some((kind) => source[kind] !== undefined);
}

/** `idna is`, `idna, six are`. */
function listed(names: readonly string[]): string {
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"}`;
}

function stale(reason: string): LockComparison {
  return { status: "stale", reason };
}

function differs(isCertain: boolean, reason: string): LockComparison {
  return { status: isCertain ? "stale" : "undecided", reason };
}
