import { UvLambdaError } from "../../lib/errors.js";
import { firstOf } from "../../lib/messages/lists.js";
import { shellWord } from "../../lib/messages/shellWord.js";
import { knownTargets, type Target } from "../../runtimes/index.js";
import type { LockedPackage } from "../lock/pylock.js";
import { normaliseName } from "../pyproject.js";
import { applyingPackages } from "./wheelChoice.js";
import { compatibleTags, parseWheelFilename, wheelFits } from "./wheelTags.js";

/** A package that the target needs, but that has no wheel for it. */
export interface MissingWheel {
  readonly name: string;
  /** Empty when the lock has none. */
  readonly version: string;
  readonly kind: LockedPackage["kind"];
  /** A tag that would fit. */
  readonly wanted: string;
  /** Tags of the existing wheels, `cp311-cp311-manylinux_2_28_x86_64`, nearest to the target first. */
  readonly offered: readonly string[];
  /** Whether there is source code to build a wheel from. */
  readonly buildable: boolean;
}

/** The packages without a wheel for the target, except those that may be built here. */
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
    }));
}

/** Throws NO_WHEEL, which names all packages without a wheel. `allowed`: targets that may be proposed instead. */
export function refuseMissingWheels(
  packages: readonly LockedPackage[],
  target: Target,
  sourceBuilds: readonly string[],
  allowed: readonly Target[] = knownTargets(),
): void {
  const missing = missingWheels(packages, target, sourceBuilds);
  if (missing.length === 0) return;
  // Another target helps only if it has all wheels that it needs.
  const others = allowed.filter((other) => missingWheels(packages, other, sourceBuilds).length === 0);
  throw noWheelError(missing, target, others);
}

function noWheelError(missing: readonly MissingWheel[], target: Target, others: readonly Target[]): UvLambdaError {
  const place = `${target.runtime} on ${target.architecture} (glibc ${target.glibc.join(".")})`;
  const title =
    missing.length === 1
      ? `One package in uv.lock has no wheel for ${place}:`
      : `${missing.length} packages in uv.lock have no wheel for ${place}:`;
  const hint = [
    "To fix this, do one of the following:",
    ...fixes(missing, target, others).map((fix) => `- ${fix}`),
  ].join("\n");
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

/** Wheels for the same machine first, among them those for the same Python first, otherwise in the lock's order. */
function nearestFirst(tags: readonly string[], { minor, machine }: Target): string[] {
  const distance = (tag: string) =>
    (/linux/.test(tag) && tag.includes(machine) ? 0 : 4) +
    (tag.startsWith(`cp3${minor}-`) || tag.includes("-abi3-") ? 0 : 2) +
    (tag.includes("musllinux") ? 1 : 0);
  return [...tags].sort((a, b) => distance(a) - distance(b));
}

/** Longer lists do not help: the nearest wheels come first. */
const maxOffered = 4;

const sourceOf: Readonly<Record<Exclude<LockedPackage["kind"], "git">, string>> = {
  registry: " in uv.lock, which leaves out wheels for Pythons outside of requires-python",
  url: ", from a URL",
  path: ", from a file",
};

function describe({ name, version, kind, wanted, offered, buildable }: MissingWheel): string {
  const what = version === "" ? name : `${name} ${version}`;
  if (kind === "git") return `  ${what}: comes from git and must be built`;
  if (offered.length === 0) return `  ${what}: only a source archive${sourceOf[kind]}`;
  const shown = firstOf(offered, maxOffered).join(", ");
  return `  ${what}: wanted ${wanted} or older, offered ${shown}${buildable ? ", and source" : ""}`;
}

function fixes(missing: readonly MissingWheel[], target: Target, others: readonly Target[]): string[] {
  const found: string[] = [];
  const runtime = nearestRuntime(others, target);
  if (runtime)
    found.push(
      `set \`runtime: "${runtime.runtime}"\` (glibc ${runtime.glibc.join(".")}), which has wheels for everything`,
    );
  const architecture = others.find(
    (other) => other.runtime === target.runtime && other.architecture !== target.architecture,
  );
  if (architecture) found.push(`set \`architecture: "${architecture.architecture}"\`, which has wheels for everything`);
  const fromIndex = missing.filter((one) => one.kind === "registry");
  const tooNew = fromIndex.filter((one) => one.offered.some((tag) => needsNewerGlibc(tag, target)));
  if (tooNew.length > 0) found.push(olderVersion(tooNew, target));
  const elsewhere = fromIndex.filter((one) => !tooNew.includes(one));
  if (elsewhere.length > 0) found.push(otherVersion(elsewhere, target));
  const direct = missing.filter((one) => one.kind === "url" || one.kind === "path").map((one) => one.name);
  if (direct.length > 0)
    found.push(
      `name a wheel for this target as the source of ${direct.join(", ")} in pyproject.toml, then run \`uv lock\``,
    );
  const buildable = missing.filter((one) => one.buildable).map((one) => JSON.stringify(one.name));
  if (buildable.length > 0) {
    found.push(
      `set \`sourceBuilds: [${buildable.join(", ")}]\` to build from source on this machine (safe for pure Python)`,
    );
  }
  if (buildable.length > 0) found.push('set `bundling: { mode: "docker" }` to build inside the Lambda build image');
  const names = missing.map((one) => JSON.stringify(one.name)).join(", ");
  found.push(
    `install it in your own Dockerfile: \`packageFormat: "image"\`, \`image.dockerfile\` and \`prune: [${names}]\``,
  );
  return found;
}

/** The next newer runtime, or else the next older one. */
function nearestRuntime(others: readonly Target[], { architecture, minor }: Target): Target | undefined {
  const same = others.filter((other) => other.architecture === architecture && other.minor !== minor);
  const distance = (other: Target) => (other.minor > minor ? other.minor - minor : 100 + minor - other.minor);
  return [...same].sort((a, b) => distance(a) - distance(b))[0];
}

/** Whether only its C library keeps a wheel from running on the target. */
function needsNewerGlibc(tag: string, target: Target): boolean {
  return wheelFits(`x-1-${tag}.whl`, compatibleTags({ ...target, glibc: [2, 99] }));
}

/** uv accepts a wheel for any glibc, and only the index knows which version has a wheel for an older one. */
function olderVersion(missing: readonly MissingWheel[], { glibc }: Target): string {
  return `lock a version whose wheels need at most glibc ${glibc.join(".")}, if there is one: ${upgrades(missing, "==<version>")}`;
}

function otherVersion(missing: readonly MissingWheel[], target: Target): string {
  const marker = `sys_platform == 'linux' and platform_machine == '${target.machine}'`;
  return (
    `lock another version, if one has such a wheel: the newest with ${upgrades(missing)}, or one that uv finds with ` +
    `\`tool.uv.required-environments = ["${marker}"]\` and \`uv lock\``
  );
}

/** For indirect dependencies too: `uv add` would make them direct. */
function upgrades(missing: readonly MissingWheel[], version = ""): string {
  return `\`uv lock ${missing.map(({ name }) => `--upgrade-package ${shellWord(`${name}${version}`)}`).join(" ")}\``;
}
