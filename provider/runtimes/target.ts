import { InvalidInputError, type Problem } from "../lib/errors.js";
import { amazonLinux2023, runtimes, type Glibc, type RuntimeRow } from "./table.js";

const architectures = ["arm64", "x86_64"] as const;
export type Architecture = (typeof architectures)[number];
export type Machine = "aarch64" | "x86_64";

/** What a package is built for. Plain data without dates: all of it may reach a key. */
export interface Target {
  /** `python3.13` */
  readonly runtime: string;
  /** `3.13` */
  readonly pythonVersion: string;
  /** `3.13.9`: the lowest patch release that AWS runs. It decides markers. */
  readonly pythonFullVersion: string;
  /** `13` */
  readonly minor: number;
  readonly architecture: Architecture;
  readonly machine: Machine;
  /** uv's `--python-platform`: `aarch64-manylinux_2_34`. */
  readonly platform: string;
  /** The C library of the runtime's system: wheels may not need a newer one. */
  readonly glibc: Glibc;
  /** The C library in `platform`. Lower than `glibc` where uv has no closer platform. */
  readonly uvGlibc: Glibc;
  readonly baseImage: string;
  /** Docker's `--platform`: `linux/arm64`. */
  readonly imagePlatform: string;
}

export interface ResolvedTarget {
  readonly target: Target;
  readonly warnings: readonly string[];
}

/** Docker's names of the platforms. */
export const imagePlatforms = { arm64: "linux/arm64", x86_64: "linux/amd64" } as const satisfies Record<
  Architecture,
  string
>;
const machines: Readonly<Record<Architecture, Machine>> = { arm64: "aarch64", x86_64: "x86_64" };

/**
 * The target of a runtime and an architecture. `today` (`2026-11-21`) only decides about warnings: without it, none
 * is about deprecation. Throws INVALID_INPUT for `runtime` and `architecture`.
 */
export function resolveTarget(runtime: string, architecture: string, today?: string): ResolvedTarget {
  const problems: Problem[] = [];
  const row = findRow(runtime);
  const problem = runtimeProblem(runtime);
  if (problem !== undefined)
    problems.push({ property: "runtime", message: `${problem}; given: ${JSON.stringify(runtime)}` });
  const arch = architectures.find((known) => known === architecture);
  if (arch === undefined) problems.push({ property: "architecture", message: notAnArchitecture(architecture) });
  if (row === undefined || arch === undefined) throw new InvalidInputError(problems);
  return { target: targetOf(row, arch), warnings: warningsFor(row, today) };
}

/** Every target in the table whose Python version is out of preview, oldest first. */
export function knownTargets(): readonly Target[] {
  return runtimes.filter((row) => !row.preview).flatMap((row) => architectures.map((arch) => targetOf(row, arch)));
}

function targetOf(row: RuntimeRow, architecture: Architecture): Target {
  const machine = machines[architecture];
  const { glibc, uvGlibc } = row.system;
  return {
    runtime: row.runtime,
    pythonVersion: `3.${row.minor}`,
    pythonFullVersion: `3.${row.minor}.${row.patch}`,
    minor: row.minor,
    architecture,
    machine,
    platform: `${machine}-manylinux_${uvGlibc.join("_")}`,
    glibc,
    uvGlibc,
    baseImage: `public.ecr.aws/lambda/python:${row.imageTag}`,
    imagePlatform: imagePlatforms[architecture],
  };
}

/** The row of the table. A Python newer than the table is assumed to run on the same system as the newest one. */
function findRow(runtime: string): RuntimeRow | undefined {
  const known = runtimes.find((row) => row.runtime === runtime);
  if (known) return known;
  const minor = Number(/^python3\.([1-9]\d?)$/.exec(runtime)?.[1]);
  const newest = Math.max(...runtimes.map((row) => row.minor));
  return minor > newest ? { runtime, minor, patch: 0, system: amazonLinux2023, imageTag: `3.${minor}` } : undefined;
}

function warningsFor(row: RuntimeRow, today: string | undefined): string[] {
  if (row.preview) {
    return [
      `Runtime ${row.runtime} was in public preview when this version of uvlambda was released. Do not use it in production.`,
    ];
  }
  if (!runtimes.includes(row)) {
    const { name, glibc } = row.system;
    return [
      `Runtime ${row.runtime} is newer than this version of uvlambda. The package is built for ${name} (glibc ${glibc.join(".")}), ` +
        "like that of the newest known runtime.",
    ];
  }
  if (today === undefined || row.deprecated === undefined || today < row.deprecated) return [];
  return [`Runtime ${row.runtime} has been deprecated since ${row.deprecated}${blockedText(row, today)}. ${advice()}`];
}

function blockedText(row: RuntimeRow, today: string): string {
  const when = (date: string) => `${today < date ? "from" : "since"} ${date}`;
  const parts = [
    row.createBlocked && `creating functions is blocked ${when(row.createBlocked)}`,
    row.updateBlocked && `updating them ${when(row.updateBlocked)}`,
  ].filter((part): part is string => part !== undefined);
  return parts.length === 0 ? "" : `; ${parts.join(", ")}`;
}

function advice(): string {
  return `Move to a newer one, such as ${newestReleased()?.runtime}.`;
}

/** What is wrong with the name of a runtime. Does not quote it. */
export function runtimeProblem(runtime: string): string | undefined {
  if (findRow(runtime) !== undefined) return undefined;
  const [oldest, newest] = [runtimes[0], runtimes.at(-1)];
  // "3.12", "Python3.12", "python3.12.1"
  const meant = `python3.${/(?<![\d.])3\.?(\d+)/.exec(runtime)?.[1]}`;
  const example = findRow(meant)?.runtime ?? newestReleased()?.runtime;
  const ended = /^python(2\.7|3\.[67])$/.test(runtime) ? ". AWS has ended this one" : "";
  return `must be a Python runtime of Lambda (${oldest?.runtime} to ${newest?.runtime}, or a newer python3.N), as in \`${example}\`${ended}`;
}

function newestReleased(): RuntimeRow | undefined {
  return runtimes.filter((row) => !row.preview).at(-1);
}

function notAnArchitecture(architecture: string): string {
  return `${JSON.stringify(architecture)} is not an architecture of AWS Lambda. Allowed: ${architectures.join(", ")}.`;
}
