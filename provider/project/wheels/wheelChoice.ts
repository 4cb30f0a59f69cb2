import type { Target } from "../../runtimes/index.js";
import { markerApplies } from "../lock/markers.js";
import type { LockedFile, LockedPackage } from "../lock/pylock.js";
import { normaliseName } from "../pyproject.js";
import { compatibleTags, uvTags, wheelFits } from "./wheelTags.js";

/** A package that is installed on a target, with the wheels that run there. */
export interface ApplyingPackage {
  readonly package: LockedPackage;
  readonly wheels: readonly LockedFile[];
}

/** The packages whose markers hold on the target. */
export function applyingPackages(packages: readonly LockedPackage[], target: Target): ApplyingPackage[] {
  return packages.flatMap((locked) => applied(locked, target) ?? []);
}

/** What is known of a package, because every step of a build asks again. Null: its marker does not hold. */
const known = new WeakMap<LockedPackage, WeakMap<Target, ApplyingPackage | null>>();

function applied(locked: LockedPackage, target: Target): ApplyingPackage | null {
  const byTarget = known.get(locked) ?? new WeakMap<Target, ApplyingPackage | null>();
  known.set(locked, byTarget);
  const found = byTarget.get(target);
  if (found !== undefined) return found;
  const decided = markerApplies(locked.marker, target) ? { package: locked, wheels: fitting(locked, target) } : null;
  byTarget.set(target, decided);
  return decided;
}

function fitting({ kind, wheels }: LockedPackage, target: Target): LockedFile[] {
  // Only wheels of an index can be renamed so that uv accepts them. See `installName`.
  const accepted = kind === "registry" ? compatibleTags(target) : uvTags(target);
  return wheels.filter((wheel) => wheelFits(wheel.filename, accepted));
}

/**
 * The packages that must be built here: of those that may be built, the ones without a fitting wheel and the ones
 * whose wheels are `refused`. Normalised, sorted.
 */
export function neededSourceBuilds(
  packages: readonly LockedPackage[],
  target: Target,
  sourceBuilds: readonly string[],
  refused: (name: string) => boolean = () => false,
): string[] {
  const allowed = new Set(sourceBuilds.map(normaliseName));
  const names = applyingPackages(packages, target)
    .map((applying) => ({ name: normaliseName(applying.package.name), needed: applying.wheels.length === 0 }))
    .filter(({ name, needed }) => (needed || refused(name)) && allowed.has(name))
    .map(({ name }) => name);
  return [...new Set(names)].sort();
}
