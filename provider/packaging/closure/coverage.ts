import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import type { Reporter } from "../../lib/log.js";
import { firstOf } from "../../lib/messages/lists.js";
import { coversTarget, environmentOf, lockedEnvironments } from "../../project/lock/environments.js";
import { groupRequirements } from "../../project/dependencyGroups.js";
import { declaredRequirement, type Requirement } from "../../project/lock/lockRequirements.js";
import { dependsOnPatch, markerApplies } from "../../project/lock/markers.js";
import type { LockedPackage, ParsedPylock } from "../../project/lock/pylock.js";
import { normaliseName } from "../../project/pyproject.js";
import type { Project } from "../../project/workspace.js";
import type { Target } from "../../runtimes/index.js";
import { warnOnce, type BuildSession } from "../buildSession.js";
import type { PackageRequest } from "../request.js";
import type { Work } from "../work.js";
import { allowedTargets } from "./allowedTargets.js";

/**
 * Throws TARGET_NOT_LOCKED when the lock was made for environments without the target, about which it then says
 * nothing.
 */
export async function refuseUncoveredTarget({ project, target }: Pick<Work, "project" | "target">): Promise<void> {
  const lock = project.lockText;
  const environments = lockedEnvironments(lock, project.lockFile);
  if (coversTarget(environments, target)) return;
  const allowed = allowedTargets(project, lock);
  const architecture = allowed.find((other) => other.runtime === target.runtime);
  const runtime = nearest(
    allowed.filter((other) => other.architecture === target.architecture),
    target,
  );
  const ways = [
    `add "${environmentOf(target, environments)}" to \`tool.uv.environments\` (in ${path.join(project.root, "pyproject.toml")}) and run \`uv lock\``,
    ...(architecture === undefined ? [] : [`set \`architecture: "${architecture.architecture}"\``]),
    ...(runtime === undefined ? [] : [`set \`runtime: "${runtime.runtime}"\``]),
  ];
  throw new UvLambdaError(
    "TARGET_NOT_LOCKED",
    `${project.lockFile} is not locked for ${describeTarget(target)}, so it has no packages for it. It is locked for ` +
      `${environments.map((marker) => `"${marker}"`).join(", ")} (tool.uv.environments).`,
    {
      hint: ["To fix this, do one of these:", ...ways.map((way) => `- ${way}`)].join("\n"),
      property: architecture !== undefined ? "architecture" : runtime !== undefined ? "runtime" : "project",
    },
  );
}

/** Newer runtimes before older ones. */
function nearest(others: readonly Target[], { minor }: Target): Target | undefined {
  return others.find((other) => other.minor >= minor) ?? others.at(-1);
}

function describeTarget({ runtime, architecture, machine, pythonFullVersion }: Target): string {
  return `${runtime} on ${architecture} (Linux, ${machine}, CPython ${pythonFullVersion})`;
}

/**
 * The second line of defence: dependencies are declared, but none would ship. Throws TARGET_NOT_LOCKED when one of
 * them has a marker in the lock but not in pyproject.toml. Warns where the project's own markers may intend this.
 */
export function checkSomethingApplies(
  { project, request, target }: Pick<Work, "project" | "request" | "target">,
  { packages, localPackages }: ParsedPylock,
  { reporter }: { readonly reporter: Reporter },
): void {
  if (packages.some(({ marker }) => markerApplies(marker, target))) return;
  const elsewhere = new Set([...request.prune.map(normaliseName), ...localPackages.map(({ name }) => name)]);
  const declared = declaredRequirements(project, request).filter(({ name }) => !elsewhere.has(name));
  if (declared.length + packages.length === 0) return;
  const shipping = localPackages.filter(({ marker }) => markerApplies(marker, target)).map(({ name }) => name);
  // For other targets, a package that ships from a folder comes from an index: the source's markers say so.
  if (declared.length === 0 && packages.some(({ name }) => shipping.includes(name))) return;
  const message = `The project declares dependencies, but none of them applies to ${describeTarget(target)}, so none ships: ${list(declared, packages)}.`;
  const certain = declared.filter((one) => isDropped(one, project, packages));
  if (certain.length === 0) return reporter.warn(message);
  throw new UvLambdaError("TARGET_NOT_LOCKED", message, {
    hint: `pyproject.toml has no marker for ${certain.map(({ name }) => name).join(", ")}: run \`uv lock\` in ${project.root} and find what restricts the lock.`,
  });
}

function declaredRequirements(project: Project, request: PackageRequest): Requirement[] {
  const { project: table, dependencyGroups } = project.pyproject;
  const sources = { ...project.rootPyproject.uv.sources, ...project.pyproject.uv.sources };
  const extras = new Set(request.extras.map(normaliseName));
  const groups = [...request.groups, ...request.onlyGroups].filter((name) => name in dependencyGroups);
  const texts = [
    ...(request.onlyGroups.length > 0 ? [] : (table?.dependencies ?? [])),
    ...Object.entries(table?.optionalDependencies ?? {}).flatMap(([name, list]) =>
      extras.has(normaliseName(name)) ? list : [],
    ),
    ...groups.flatMap((name) => groupRequirements(project.pyproject, name)),
  ];
  return texts.map((text) => declaredRequirement(text, sources)).filter((one) => one !== undefined);
}

/**
 * Whether the lock restricts a dependency that the project does not restrict, not even by an override or a source with
 * a marker.
 */
function isDropped(one: Requirement, { rootPyproject }: Project, packages: readonly LockedPackage[]): boolean {
  const overridden = rootPyproject.uv.overrides.map((text) => declaredRequirement(text, {})?.name);
  return (
    one.marker === "" &&
    one.source !== undefined &&
    !overridden.includes(one.name) &&
    packages.some(({ name }) => name === one.name)
  );
}

const SHOWN = 8;

function list(declared: readonly Requirement[], packages: readonly LockedPackage[]): string {
  const markers = new Map(packages.map(({ name, marker }) => [name, marker]));
  const names = [...new Set([...declared.map(({ name }) => name), ...markers.keys()])];
  const described = names.map((name) => {
    const marker = markers.get(name) ?? declared.find((one) => one.name === name)?.marker;
    return marker === undefined || marker === "" ? name : `${name} (${marker})`;
  });
  return firstOf(described, SHOWN).join(", ");
}

/** Warns once per run about markers with another result on a newer patch release of the runtime's Python. */
export function warnAboutPatchMarkers(
  session: BuildSession,
  packages: readonly LockedPackage[],
  target: Target,
  reporter: Reporter,
): void {
  const doubtful = packages.filter(({ marker }) => dependsOnPatch(marker, target));
  for (const { name, version, marker } of doubtful) {
    const ships = markerApplies(marker, target) ? "ships" : "does not ship";
    const message =
      `${name}${version === undefined ? "" : ` ${version}`} ${ships}: its marker \`${marker}\` is evaluated for Python ${target.pythonFullVersion}, ` +
      `the oldest that ${target.runtime} is known to run. A newer patch release would give another result.`;
    warnOnce(session, reporter, message);
  }
}
