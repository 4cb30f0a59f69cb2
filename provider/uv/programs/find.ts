import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import type { ProcessRunner, RunResult } from "../../lib/processes/process.js";
import { isProgram, isScript, searchPath } from "../../lib/processes/programs.js";
import { redact } from "../../lib/redaction/redact.js";
import { compareVersions, parseVersion } from "../../project/pep440.js";
import { secretValues, uvEnvironment } from "../settings/environment.js";
import { homeFolder } from "../settings/machineFiles.js";

/** The oldest uv that this version was tested with. */
const uvFloor = "0.12.11";

/** What distinguishes one uv binary from another without starting it. */
export interface UvIdentity {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface FindUvOptions {
  /** The value of `UVLAMBDA_UV`. */
  readonly explicit: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly runner: Pick<ProcessRunner, "run">;
  /** Remembers versions, so that a known binary need not be started. */
  readonly memo: (identity: UvIdentity, compute: () => Promise<string>) => Promise<string>;
}

/**
 * Finds uv and its version. A binary is asked once, and its answer is remembered. A version manager's shim (a
 * script, or a link to the manager) stays the same when the uv behind it changes, so it is asked every time. No uv is
 * refused because of a remembered answer. Throws UV_NOT_FOUND, UV_TOO_OLD, UV_UNUSABLE.
 */
export async function findUv(options: FindUvOptions): Promise<{ path: string; version: string }> {
  const binary = await locate(options);
  const ask = () => askVersion(binary, options);
  let version = (await isShim(binary)) ? await ask() : await remembered(binary, options, ask);
  if (isTooOld(version)) version = await ask();
  if (!isTooOld(version)) return { path: binary, version };
  throw new UvLambdaError("UV_TOO_OLD", `uv ${version} at ${binary} is too old: ${uvFloor} or newer is needed.`, {
    hint: "Run `uv self update`, or point UVLAMBDA_UV at a newer uv.",
  });
}

async function remembered(binary: string, { memo }: FindUvOptions, ask: () => Promise<string>): Promise<string> {
  const { size, mtimeMs } = await fs.stat(binary);
  return memo({ path: binary, size, mtimeMs }, ask);
}

function isTooOld(version: string): boolean {
  const [parsed, floor] = [parseVersion(version), parseVersion(uvFloor)];
  return parsed !== undefined && floor !== undefined && compareVersions(parsed, floor) < 0;
}

/** `locate` has followed all links but those to a version manager. */
async function isShim(binary: string): Promise<boolean> {
  return (await fs.lstat(binary)).isSymbolicLink() || (await isScript(binary));
}

const versionTimeoutMs = 10_000;

async function askVersion(binary: string, { runner, environment }: FindUvOptions): Promise<string> {
  let result: RunResult;
  try {
    result = await runner.run(binary, ["--version"], {
      // A folder without a project: its settings must not matter here.
      cwd: path.dirname(binary),
      env: uvEnvironment(environment, {}),
      timeoutMs: versionTimeoutMs,
    });
  } catch (error) {
    if (!(error instanceof UvLambdaError) || error.code !== "TIMEOUT") throw error;
    throw unusable(binary, `gave no answer within ${versionTimeoutMs / 1000} seconds`);
  }
  if (result.notStarted !== undefined) throw unusable(binary, `cannot be started (${result.notStarted})`);
  if (result.exitCode !== 0) throw unusable(binary, `ended with exit code ${result.exitCode}`);
  const version = /^uv (\d+\.\d+\.\d+\S*)/.exec(result.stdout)?.[1];
  if (version !== undefined && parseVersion(version)) return version;
  const printed = redact(result.stdout.trim().slice(0, 80), secretValues(environment, {}));
  throw unusable(binary, `printed ${JSON.stringify(printed)} instead of a version`);
}

function unusable(binary: string, what: string): UvLambdaError {
  return new UvLambdaError("UV_UNUSABLE", `${binary} cannot be used as uv: when asked for its version, it ${what}.`, {
    hint: "Install uv again, or point UVLAMBDA_UV at one that works.",
  });
}

async function locate({ explicit, environment }: FindUvOptions): Promise<string> {
  const candidates = explicit === undefined ? usualPlaces(environment) : explicitPlaces(explicit, environment);
  for (const candidate of candidates) {
    const found = await executable(candidate);
    if (found !== undefined) return found;
  }
  if (explicit !== undefined) {
    throw new UvLambdaError("UV_NOT_FOUND", `UVLAMBDA_UV names ${JSON.stringify(explicit)}, which is not a program.`, {
      hint: "Set UVLAMBDA_UV to the path of the uv binary, or unset it to search for uv on PATH.",
    });
  }
  const places = [...new Set(candidates.map((candidate) => path.dirname(candidate)))];
  throw new UvLambdaError(
    "UV_NOT_FOUND",
    `uv was not found. Looked in ${places.join(", ") || "no folder: PATH is empty"}.`,
    {
      hint: "Install it with `curl -LsSf https://astral.sh/uv/install.sh | sh`, or set UVLAMBDA_UV to its path.",
    },
  );
}

const fileName = process.platform === "win32" ? "uv.exe" : "uv";

function usualPlaces(environment: Readonly<Record<string, string>>): string[] {
  const home = homeFolder(environment);
  const wellKnown = home === undefined ? [] : [path.join(home, ".local", "bin"), path.join(home, ".cargo", "bin")];
  return [...searchPath(environment), ...wellKnown].map((folder) => path.join(folder, fileName));
}

function explicitPlaces(explicit: string, environment: Readonly<Record<string, string>>): string[] {
  const isName = path.basename(explicit) === explicit;
  return isName ? searchPath(environment).map((folder) => path.join(folder, explicit)) : [path.resolve(explicit)];
}

/** The file behind all links, or undefined when there is no executable one. */
async function executable(candidate: string): Promise<string | undefined> {
  if (!(await isProgram(candidate))) return undefined;
  const real = await fs.realpath(candidate);
  // A shim of a version manager is a link to the manager, which knows only from its name that it should be uv.
  return path.basename(real).startsWith("uv") ? real : candidate;
}
