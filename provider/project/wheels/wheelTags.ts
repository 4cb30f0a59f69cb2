import type { Glibc, Target } from "../../runtimes/index.js";

export interface WheelName {
  readonly name: string;
  readonly version: string;
  readonly build?: string;
  /** A file name may mean several tags: every combination of the three lists. */
  readonly pythons: readonly string[];
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
}

/** Undefined when it is not the file name of a wheel. */
export function parseWheelFilename(filename: string): WheelName | undefined {
  if (!filename.endsWith(".whl")) return undefined;
  const parts = filename.slice(0, -".whl".length).split("-");
  if (parts.length < 5 || parts.length > 6 || parts.includes("")) return undefined;
  const [pythons, abis, platforms] = parts.slice(-3).map((part) => part.split(".")) as [string[], string[], string[]];
  const [name, version] = parts as [string, string];
  return { name, version, ...(parts.length === 6 && { build: parts[2] as string }), pythons, abis, platforms };
}

/** Tags (`cp313-abi3-manylinux_2_28_aarch64`) of the wheels that run on a target, up to its C library. */
export function compatibleTags(target: Target): ReadonlySet<string> {
  return tagsUpTo(target, target.glibc);
}

/** Tags of the wheels that uv accepts for the target's platform. */
export function uvTags(target: Target): ReadonlySet<string> {
  return tagsUpTo(target, target.uvGlibc);
}

export function wheelFits(filename: string, tags: ReadonlySet<string>): boolean {
  const wheel = parseWheelFilename(filename);
  if (wheel === undefined) return false;
  return wheelTagList(wheel).some((tag) => tags.has(tag));
}

/** Every tag in a wheel's file name. */
function wheelTagList({ pythons, abis, platforms }: WheelName): string[] {
  return pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
}

/**
 * The name that a wheel must have in the lock so that uv accepts it. Undefined when its own name is enough.
 * Amazon Linux 2 has glibc 2.26, but uv knows no platform between 2_17 and 2_28. A wheel that fits the system, such
 * as a manylinux_2_24 one, is therefore renamed to uv's nearest platform. A lock may name a wheel separately from its
 * URL, and the hash is still verified.
 */
export function installName(filename: string, target: Target): string | undefined {
  if (wheelFits(filename, uvTags(target)) || !wheelFits(filename, compatibleTags(target))) return undefined;
  const wheel = parseWheelFilename(filename) as WheelName;
  const platform = `manylinux_${target.uvGlibc.join("_")}_${target.machine}`;
  const front = [wheel.name, wheel.version, ...(wheel.build === undefined ? [] : [wheel.build])];
  return `${[...front, wheel.pythons.join("."), wheel.abis.join("."), platform].join("-")}.whl`;
}

/** A few hundred tags for each target, needed once for each package. */
const known = new Map<string, ReadonlySet<string>>();

function tagsUpTo({ minor, machine }: Target, glibc: Glibc): ReadonlySet<string> {
  const name = JSON.stringify([minor, machine, glibc]);
  const tags = known.get(name) ?? makeTags(minor, platformTags(machine, glibc));
  known.set(name, tags);
  return tags;
}

function makeTags(minor: number, platforms: readonly string[]): ReadonlySet<string> {
  const tags = new Set<string>();
  for (const platform of platforms) {
    tags.add(`cp3${minor}-cp3${minor}-${platform}`).add(`cp3${minor}-none-${platform}`);
    // The stable ABI exists since Python 3.2: a wheel for an older minor version runs on a newer one.
    for (let older = 2; older <= minor; older++) tags.add(`cp3${older}-abi3-${platform}`);
  }
  tags.add(`cp3${minor}-none-any`);
  for (const platform of [...platforms, "any"]) {
    tags.add(`py3-none-${platform}`);
    for (let older = 0; older <= minor; older++) tags.add(`py3${older}-none-${platform}`);
  }
  return tags;
}

/** Names of platforms before manylinux was numbered by glibc. */
const legacy: readonly (readonly [name: string, minor: number])[] = [
  ["manylinux2014", 17],
  ["manylinux2010", 12],
  ["manylinux1", 5],
];

/** x86_64 has had wheels since glibc 2.5, aarch64 since 2.17. */
const oldest: Readonly<Record<string, number>> = { x86_64: 5, aarch64: 17 };

function platformTags(machine: string, [, newest]: Glibc): string[] {
  const tags: string[] = [];
  const from = oldest[machine] ?? 17;
  for (let minor = newest; minor >= from; minor--) tags.push(`manylinux_2_${minor}_${machine}`);
  for (const [name, minor] of legacy) if (minor >= from && minor <= newest) tags.push(`${name}_${machine}`);
  // Says nothing about glibc. uv accepts it, and the check of binaries examines it.
  return [...tags, `linux_${machine}`];
}
