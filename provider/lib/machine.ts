import { availableParallelism } from "node:os";
import * as path from "node:path";

/** Settings of the machine; none of them may reach an artifact. */
export interface MachineSettings {
  /** Path of the uv binary that `UVLAMBDA_UV` names, else undefined: PATH is searched. */
  readonly uv: string | undefined;
  /** Per-user store. Default: the platform's cache folder plus `uvlambda`. */
  readonly cacheDir: string;
  /** Whether `cacheDir` is only read, and what is missing there is built in a temporary folder of this process. */
  readonly isCacheReadOnly?: boolean;
  /** Folder for the archives that the engine reads, relative to the program or absolute. */
  readonly workDir: string;
  /** How many uv processes run at once, and how many threads compress. Default min(4, CPUs). */
  readonly concurrency: number;
  /** Milliseconds that one uv call may take. Default 30 minutes. */
  readonly timeoutMs: number;
  /** Whether no code of the checkout may run: nothing is built, local packages and `sourceBuilds` included. Default false. */
  readonly noBuilds?: boolean;
  /** The environment that children may inherit from, through an allow-list. */
  readonly environment: Readonly<Record<string, string>>;
}

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
    timeoutMs: (positive(env["UVLAMBDA_TIMEOUT"]) ?? 1800) * 1000,
    noBuilds: !["", "0", "false"].includes((env["UVLAMBDA_NO_BUILDS"] ?? "").trim().toLowerCase()),
    environment,
  };
}

/** In base64, with the rest of the request, it stays below the 69,905,067 bytes that Lambda's API takes. */
const largestDirectUpload = 52_000_000;

/**
 * Bytes of an archive above which it goes to AWS through S3. The variable is for tests: it decides about resources, so
 * machines that differ in it would deploy by turns one way and the other.
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

/** Everything but an empty value, `0` and `false`: who sets it and misspells it is on the safe side. */
function isSwitchedOn(text: string | undefined): boolean {
  return !["", "0", "false", "no", "off"].includes((text ?? "").trim().toLowerCase());
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
}
