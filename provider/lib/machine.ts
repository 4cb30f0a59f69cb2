import { availableParallelism } from "node:os";
import * as path from "node:path";

/** Settings of the machine; none of them may reach an artifact. */
export interface MachineSettings {
  /** Path of the uv binary that `UVLAMBDA_UV` names. Undefined: uv is looked up on PATH. */
  readonly uv: string | undefined;
  /** Per-user store. Default: the platform's cache folder plus `uvlambda`. */
  readonly cacheDir: string;
  /** Whether `cacheDir` is only read. What is missing there is built in a temporary folder of this process. */
  readonly isCacheReadOnly?: boolean;
  /** Folder for the archives that the engine reads, relative to the program or absolute. */
  readonly workDir: string;
  /** How many uv processes run at once, and how many threads compress. Default min(4, CPUs). */
  readonly concurrency: number;
  /** Milliseconds that one uv call may take. Default 30 minutes. */
  readonly timeoutMs: number;
  /**
   * Whether no code of the checkout may run: nothing is built, not even local packages and `sourceBuilds`. Default
   * false.
   */
  readonly noBuilds?: boolean;
  /** The environment that child processes inherit from, through an allow-list. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Node.js ends a timer that is set for longer, 24 days, at once. */
const longestTimer = 2 ** 31 - 1;

/** Reads the UVLAMBDA_* variables. Wrong numbers fall back to the default. */
export function readMachineSettings(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): MachineSettings {
  const environment = Object.fromEntries(Object.entries(env).filter((e): e is [string, string] => e[1] !== undefined));
  return {
    uv: env["UVLAMBDA_UV"] || undefined,
    cacheDir: path.resolve(env["UVLAMBDA_CACHE_DIR"] || path.join(userCacheFolder(env, platform), "uvlambda")),
    isCacheReadOnly: isSwitchedOn(env["UVLAMBDA_CACHE_READONLY"]),
    workDir: env["UVLAMBDA_WORK_DIR"] || ".uvlambda",
    concurrency: positive(env["UVLAMBDA_CONCURRENCY"]) ?? Math.min(4, availableParallelism()),
    timeoutMs: Math.min((positive(env["UVLAMBDA_TIMEOUT"]) ?? 1800) * 1000, longestTimer),
    noBuilds: isSwitchedOn(env["UVLAMBDA_NO_BUILDS"]),
    environment,
  };
}

/**
 * In base64, together with the rest of the request, this stays below the 69,905,067 bytes that Lambda's API accepts.
 */
const largestDirectUpload = 52_000_000;

/**
 * Size in bytes above which an archive goes to AWS through S3. The variable is for tests: it decides about
 * resources, so machines with different values would keep changing the deployment back and forth.
 */
export function readDirectUploadLimit(env: NodeJS.ProcessEnv): number {
  return positive(env["UVLAMBDA_DIRECT_UPLOAD_LIMIT"]) ?? largestDirectUpload;
}

function userCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const home = env["HOME"] || env["USERPROFILE"] || ".";
  if (platform === "darwin") return path.join(home, "Library", "Caches");
  if (platform === "win32") return env["LOCALAPPDATA"] || path.join(home, "AppData", "Local");
  return env["XDG_CACHE_HOME"] || path.join(home, ".cache");
}

/** False for an empty value, `0`, `false`, `no` and `off` only, so that a misspelt value is on the safe side. */
function isSwitchedOn(text: string | undefined): boolean {
  return !["", "0", "false", "no", "off"].includes((text ?? "").trim().toLowerCase());
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
}
