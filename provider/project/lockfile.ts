import { asString, asTable, asTables, parseToml, type TomlTable } from "../lib/toml.js";
import { normaliseName, type Pyproject } from "./pyproject.js";
import type { Project } from "./workspace.js";

/**
 * uv.lock is uv's own format: it is read here for checks, messages and keys only, and what is not understood is taken to be fine.
 */
export interface LockComparison {
  readonly status: "fresh" | "stale" | "undecided";
  /** What differs, for `stale` and `undecided`. */
  readonly reason: string;
}

/** Normalised names of all packages in the lock. */
export function lockedNames(lockText: string): ReadonlySet<string> {
  return new Set(matches(lockText, /^name = "([^"]+)"/gm).map(normaliseName));
}

/** The lock's `requires-python`, if it has one. */
export function lockRequiresPython(lockText: string): string | undefined {
  return /^requires-python = "([^"]+)"/m.exec(lockText)?.[1];
}

/** Folders of the packages that are built from source on this machine, relative to the workspace root, as the lock has them. */
export function lockedLocalFolders(lockText: string): string[] {
  return matches(lockText, /^source = \{ (?:editable|virtual|directory) = "([^"]+)"/gm);
}

/**
 * Compares names: which packages each member asks for, and which members there are. Less than uv compares, so a difference in
 * names is stale for certain, and a difference in versions or markers is not decided here.
 */
export function compareLock(lockText: string, project: Project): LockComparison {
  const packages = asTables(parseToml(lockText, project.lockFile)["package"]);
  const members = project.members.length === 0 ? [project.pyproject] : project.members.map((member) => member.pyproject);
  for (const pyproject of members) {
    const comparison = compareMember(packages, pyproject);
    if (comparison.status !== "fresh") return comparison;
  }
  return { status: "fresh", reason: "" };
}

function compareMember(packages: readonly TomlTable[], pyproject: Pyproject): LockComparison {
  const name = pyproject.project?.name;
  if (name === undefined) return { status: "undecided", reason: `${pyproject.file} has no [project] table` };
  const locked = packages.find((table) => table["name"] === name && isLocalSource(asTable(table["source"])));
  if (locked === undefined) return { status: "stale", reason: `The lock has no member ${name}.` };
  const wanted = new Map(requirementsOf(pyproject).map((text) => [requirementName(text), text]));
  const known = new Map(asTables(asTable(locked["metadata"])["requires-dist"]).map((t) => [asString(t["name"]) ?? "", t]));
  const added = [...wanted.keys()].filter((dependency) => !known.has(dependency));
  const removed = [...known.keys()].filter((dependency) => !wanted.has(dependency));
  if (pyproject.project?.dynamic.includes("dependencies")) return { status: "undecided", reason: `${name} computes its dependencies` };
  if (added.length > 0) return { status: "stale", reason: `${name} now depends on ${added.join(", ")}, which the lock does not know.` };
  if (removed.length > 0) return { status: "stale", reason: `${name} no longer depends on ${removed.join(", ")}.` };
  const changed = [...wanted].filter(([dependency, text]) => specifier(text) !== lockedSpecifier(known.get(dependency)));
  if (changed.length === 0) return { status: "fresh", reason: "" };
  return { status: "undecided", reason: `${name}: the versions of ${changed.map(([d]) => d).join(", ")} may have changed` };
}

function isLocalSource(source: TomlTable): boolean {
  return ["editable", "virtual", "directory"].some((kind) => source[kind] !== undefined);
}

function requirementsOf({ project }: Pyproject): string[] {
  return [...(project?.dependencies ?? []), ...Object.values(project?.optionalDependencies ?? {}).flat()];
}

function requirementName(requirement: string): string {
  return normaliseName(/^\s*([A-Za-z0-9._-]+)/.exec(requirement)?.[1] ?? "");
}

/** `>=1, <2` as a list that does not depend on spaces and order. */
function specifier(requirement: string): string {
  const text = requirement.replace(/;.*$/s, "").replace(/^\s*[A-Za-z0-9._-]+\s*(\[[^\]]*\])?/, "");
  return text.replaceAll(/[\s()]/g, "").split(",").sort().join(",");
}

function lockedSpecifier(table: TomlTable | undefined): string {
  return (asString(table?.["specifier"]) ?? "").split(",").sort().join(",");
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] as string);
}
