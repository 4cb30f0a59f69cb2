import { InvalidInputError, type Problem } from "../../lib/errors.js";
import type { Reporter } from "../../lib/log.js";
import { lockedVersions } from "../../project/lock/lockfile.js";
import { markerApplies } from "../../project/lock/markers.js";
import { compareVersions, parseVersion } from "../../project/pep440.js";
import type { LockedPackage, ParsedPylock } from "../../project/lock/pylock.js";
import { normaliseName } from "../../project/pyproject.js";
import type { Project } from "../../project/workspace.js";
import type { Target } from "../../runtimes/index.js";
import type { ProvidedPackage } from "../request.js";

/** The third-party packages of a selection, by what brings them at run time. */
export interface Shares {
  /** The artifact. */
  readonly locked: readonly LockedPackage[];
  /** Layers. Only what applies to the target. */
  readonly leftOut: readonly LockedPackage[];
}

/**
 * Leaves out exactly the provided packages, not their dependencies. Ignores provided packages that are not in the
 * selection: a layer may serve several functions. Throws INVALID_INPUT when a layer has another version than the
 * lock.
 */
export function withoutProvided(
  provided: readonly ProvidedPackage[],
  { packages, localPackages }: ParsedPylock,
  target: Target,
  { reporter }: { readonly reporter: Reporter },
): Shares {
  const problems: Problem[] = [];
  const names = new Set<string>();
  for (const one of provided) {
    const name = normaliseName(one.name);
    const locked = packages.find((each) => each.name === name && markerApplies(each.marker, target));
    if (localPackages.some((local) => local.name === name)) problems.push(isLocal(one));
    if (locked === undefined) continue;
    const difference = differenceOf(one, locked);
    if (difference === undefined) {
      names.add(name);
      if (one.isPartial) reporter.warn(`${one.property}: ${partialPackage(locked)}`);
    } else if (difference.isCertain && one.otherVersion === "error")
      problems.push({ property: one.property, message: difference.message });
    else {
      reporter.warn(`${one.property}: ${difference.message}`);
      if (difference.isCertain) names.add(name);
    }
  }
  if (problems.length > 0) throw new InvalidInputError(problems);
  return {
    locked: packages.filter(({ name }) => !names.has(name)),
    leftOut: packages.filter(({ name, marker }) => names.has(name) && markerApplies(marker, target)),
  };
}

/**
 * Versions of what layers bring, according to the lock: for this selection, or else for any selection (a tool for
 * local tests may be in a group that never ships).
 */
export async function providedVersions(
  provided: readonly ProvidedPackage[],
  leftOut: readonly LockedPackage[],
  { lockText }: Project,
): Promise<Record<string, string>> {
  if (provided.length === 0) return {};
  const versions = provided.flatMap((one) => {
    const name = normaliseName(one.name);
    const selected = leftOut.find((locked) => locked.name === name);
    const [version, ...others] = selected === undefined ? lockedVersions(lockText, name) : [selected.version];
    return version === undefined || others.length > 0 ? [] : [[name, version] as const];
  });
  return Object.fromEntries(versions);
}

interface Difference {
  readonly isCertain: boolean;
  readonly message: string;
}

function differenceOf({ version }: ProvidedPackage, locked: LockedPackage): Difference | undefined {
  if (version === undefined || isSame(version, locked.version ?? "")) return undefined;
  if (locked.version === undefined)
    return {
      isCertain: false,
      message: `uv.lock has no version of ${locked.name}, so it cannot be compared with the layer's. It ships with the function.`,
    };
  return {
    isCertain: true,
    message: `the layer has ${locked.name} ${version}, but uv.lock has ${locked.version} for this function. To lock the layer's version, run \`uv lock --upgrade-package ${locked.name}==${version}\``,
  };
}

function partialPackage({ name }: LockedPackage): string {
  return `the layer brings ${name} without the files that its \`dependencyExclude\` names. Importing them fails. To have them in this function, remove ${name} from \`provided\`.`;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [parseVersion(one), parseVersion(other)];
  return one === other || (a !== undefined && b !== undefined && compareVersions(a, b) === 0);
}

function isLocal({ name, property }: ProvidedPackage): Problem {
  const message = `${name} is a local package of this project, whose code always ships with the function; remove it from \`provided\``;
  return { property, message };
}
