import { asStrings } from "../../lib/toml.js";
import type { Target } from "../../runtimes/index.js";
import { markerApplies, markerVariables } from "./markers.js";
import { parseLock } from "./lockfile.js";

/**
 * Markers of the environments that uv.lock was made for (`tool.uv.environments`). One of them must hold. Empty when
 * the lock is for all environments. `required-environments` is no such restriction: it asks for wheels and does not
 * narrow the lock. Throws LOCK_UNREADABLE.
 */
export function lockedEnvironments(lockText: string, file: string): readonly string[] {
  // They come before the first table: a lock can have megabytes of packages.
  const firstTable = lockText.search(/^\[/m);
  const head = firstTable === -1 ? lockText : lockText.slice(0, firstTable);
  return asStrings(parseLock(head, file)["supported-markers"]);
}

export function coversTarget(environments: readonly string[], target: Target): boolean {
  return environments.length === 0 || environments.some((marker) => markerApplies(marker, target));
}

/**
 * A marker for the target that overlaps with none of these environments, none of which holds on it. uv requires
 * disjoint environments, so the marker pins every variable that they use.
 */
export function environmentOf(target: Target, environments: readonly string[]): string {
  const spoken = new Set(environments.flatMap(markerVariables));
  const pins: readonly (readonly [variables: readonly string[], value: string])[] = [
    [["sys_platform"], "linux"],
    [["platform_machine"], target.machine],
    [["python_version", "python_full_version"], target.pythonVersion],
    [["implementation_name"], "cpython"],
    [["platform_python_implementation"], "CPython"],
    [["os_name"], "posix"],
    [["platform_system"], "Linux"],
  ];
  return pins
    .filter(([variables], i) => i < 2 || variables.some((name) => spoken.has(name)))
    .map(([[name], value]) => `${name} == '${value}'`)
    .join(" and ");
}
