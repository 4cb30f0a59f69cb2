import { UvLambdaError } from "../../lib/errors.js";
import { knownTargets, type Target } from "../../runtimes/index.js";
import type { LockedPackage } from "../lock/pylock.js";
import { normaliseName } from "../pyproject.js";
import { applyingPackages } from "./wheelChoice.js";
import { compatibleTags, parseWheelFilename, wheelFits } from "./wheelTags.js";

/** A package that the target needs and that has no wheel for it. */
export interface MissingWheel {
  readonly name: string;
  /** Empty when the lock has none. */
  readonly version: string;
  readonly kind: LockedPackage["kind"];
  /** A tag that would do. */
  readonly wanted: string;
  /** Tags of the wheels there are, `cp311-cp311-manylinux_2_28_x86_64`, those nearest to the target first. */
  readonly offered: readonly string[];
  /** Whether there is source code to build one from. */
  readonly buildable: boolean;
  /** Other targets that have a wheel: newer runtimes on the same architecture, and the same runtime on the other. */
  readonly fitsOn: readonly Target[];
}

/** The packages without a wheel for the target, but for those that may be built here. */
export function missingWheels(
  packages: readonly LockedPackage[],
  target: Target,
  sourceBuilds: readonly string[],
): MissingWheel[] {
  const allowed = new Set(sourceBuilds.map(normaliseName));
  const canBuild = (locked: LockedPackage) => locked.kind === "git" || locked.sdist !== undefined;
  return applyingPackages(packages, target)
    .filter(({ wheels }) => wheels.length === 0)
    .map((applying) => applying.package)
    .filter((locked) => !(canBuild(locked) && allowed.has(normaliseName(locked.name))))
    .map((locked) => ({
      name: locked.name,
      version: locked.version ?? "",
      kind: locked.kind,
      wanted: wantedTag(target),
      offered: nearestFirst(
        locked.wheels.map((wheel) => tagText(wheel.filename)),
        target,
      ),
      buildable: canBuild(locked),
      fitsOn: alternatives(locked, target),
    }));
}

/** Throws NO_WHEEL, which names every package without a wheel at once. */
export function refuseMissingWheels(
  packages: readonly LockedPackage[],
  target: Target,
  sourceBuilds: readonly string[],
): void {
  const missing = missingWheels(packages, target, sourceBuilds);
  if (missing.length > 0) throw noWheelError(missing, target);
}

function noWheelError(missing: readonly MissingWheel[], target: Target): UvLambdaError {
  const place = `${target.runtime} on ${target.architecture} (glibc ${target.glibc.join(".")})`;
  const title =
    missing.length === 1
      ? `One package in uv.lock has no wheel for ${place}:`
      : `${missing.length} packages in uv.lock have no wheel for ${place}:`;
  const hint = ["To fix this, do one of the following:", ...fixes(missing, target).map((fix) => `- ${fix}`)].join("\n");
  return new UvLambdaError("NO_WHEEL", [title, ...missing.map(describe)].join("\n"), { hint });
}

function wantedTag({ minor, machine, glibc }: Target): string {
  return `cp3${minor}-cp3${minor}-manylinux_${glibc.join("_")}_${machine}`;
}

function tagText(filename: string): string {
  const wheel = parseWheelFilename(filename);
  if (wheel === undefined) return filename;
  return [wheel.pythons, wheel.abis, wheel.platforms].map((part) => part.join(".")).join("-");
}

/** Wheels for the same machine before others, among them those for the same Python; else in the lock's order. */
function nearestFirst(tags: readonly string[], { minor, machine }: Target): string[] {
  const distance = (tag: string) =>
    (/linux/.test(tag) && tag.includes(machine) ? 0 : 4) +
    (tag.startsWith(`cp3${minor}-`) || tag.includes("-abi3-") ? 0 : 2) +
    (tag.includes("musllinux") ? 1 : 0);
  return [...tags].sort((a, b) => distance(a) - distance(b));
}

function alternatives(locked: LockedPackage, target: Target): Target[] {
  return knownTargets().filter((other) => {
    const isNewer = other.architecture === target.architecture && other.minor > target.minor;
    const isOtherArchitecture = other.architecture !== target.architecture && other.minor === target.minor;
    if (!isNewer && !isOtherArchitecture) return false;
    const tags = compatibleTags(other);
    return locked.wheels.some((wheel) => wheelFits(wheel.filename, tags));
  });
}

/** Longer lists tell no more: the nearest ones come first. */
const maxOffered = 4;

function describe({ name, version, kind, wanted, offered, buildable }: MissingWheel): string {
  const what = version === "" ? name : `${name} ${version}`;
  if (kind === "git") return `  ${what}: comes from git and has to be built`;
  if (offered.length === 0) return `  ${what}: only a source archive, no wheel at all`;
  const shown = offered.slice(0, maxOffered);
  const more = offered.length > shown.length ? ` and ${offered.length - shown.length} more` : "";
  return `  ${what}: wanted ${wanted} or older, offered ${shown.join(", ")}${more}${buildable ? ", and source" : ""}`;
}

function fixes(missing: readonly MissingWheel[], target: Target): string[] {
  const found: string[] = [];
  const runtime = commonTarget(missing, (other) => other.architecture === target.architecture);
  if (runtime)
    found.push(`set \`runtime: "${runtime.runtime}"\` (glibc ${runtime.glibc.join(".")}): there are wheels for it`);
  const architecture = commonTarget(missing, (other) => other.runtime === target.runtime);
  if (architecture) found.push(`set \`architecture: "${architecture.architecture}"\`: there are wheels for it`);
  const withWheels = missing.filter((one) => one.offered.length > 0);
  const tooNew = withWheels.filter((one) => one.offered.some((tag) => needsNewerGlibc(tag, target)));
  if (tooNew.length > 0) found.push(olderVersion(tooNew, target));
  const elsewhere = withWheels.filter((one) => !tooNew.includes(one));
  if (elsewhere.length > 0) found.push(otherVersion(elsewhere, target));
  const buildable = missing.filter((one) => one.buildable).map((one) => JSON.stringify(one.name));
  if (buildable.length > 0) {
    found.push(
      `set \`sourceBuilds: [${buildable.join(", ")}]\` to build from source on this machine (safe for pure Python)`,
    );
  }
  if (buildable.length > 0) found.push('set `bundling: { mode: "docker" }` to build inside the Lambda build image');
  const names = missing.map((one) => JSON.stringify(one.name)).join(", ");
  found.push(
    `install it in a Dockerfile of your own: \`packageFormat: "image"\`, \`image.dockerfile\` and \`prune: [${names}]\``,
  );
  return found;
}

/** The first target on which every missing package has a wheel. */
function commonTarget(missing: readonly MissingWheel[], fits: (other: Target) => boolean): Target | undefined {
  const [first, ...rest] = missing;
  return first?.fitsOn.find(
    (other) =>
      fits(other) &&
      rest.every((one) => one.fitsOn.some((t) => t.runtime === other.runtime && t.architecture === other.architecture)),
  );
}

/** Whether a wheel would run on the target but for its C library. */
function needsNewerGlibc(tag: string, target: Target): boolean {
  return wheelFits(`x-1-${tag}.whl`, compatibleTags({ ...target, glibc: [2, 99] }));
}

/** uv is content with a wheel for any glibc, so only the requirement can keep a version out. */
function olderVersion(missing: readonly MissingWheel[], { glibc }: Target): string {
  const requirements = missing.map(({ name, version }) => `"${name}<${version}"`).join(" ");
  return `lock an older version whose wheels need glibc ${glibc.join(".")} at most: \`uv add ${requirements}\``;
}

function otherVersion(missing: readonly MissingWheel[], target: Target): string {
  const names = missing.map((one) => one.name).join(", ");
  const marker = `sys_platform == 'linux' and platform_machine == '${target.machine}'`;
  return `lock another version of ${names}: \`tool.uv.required-environments = ["${marker}"]\`, then \`uv lock\``;
}
