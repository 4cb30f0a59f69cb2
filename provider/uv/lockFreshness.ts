import * as path from "node:path";
import type { UvLambdaError } from "../lib/errors.js";
import { runUv, type UvContext } from "./context.js";
import { readStderr } from "./stderr.js";
import { uvError } from "./uvErrors.js";

/** `undecided`: uv could not compare, for want of an interpreter or a network; `reason` says why. */
export type LockStatus =
  | { readonly status: "fresh" }
  | { readonly status: "stale"; readonly reason: string }
  | { readonly status: "undecided"; readonly reason: string; readonly lacks?: Lack; readonly error: UvLambdaError };

/**
 * Whether uv.lock still says what pyproject.toml asks for. The lock is not changed. `requiresPython` is the lock's own (`>=3.11`): any
 * interpreter in that range can compare, whatever `.python-version` names. `refresh`: packages whose dependencies a build backend
 * computes; what uv's cache has of them is as old as their pyproject.toml.
 * Throws LOCK_MISSING, LOCK_UNREADABLE and what else is wrong with the project itself.
 */
export async function checkLock(
  context: UvContext,
  root: string,
  requiresPython?: string,
  refresh: readonly string[] = [],
): Promise<LockStatus> {
  const args = ["lock", "--check", "--no-python-downloads"];
  if (requiresPython !== undefined) args.push(`--python=${requiresPython}`);
  const run = { cwd: root, purpose: "comparing uv.lock with pyproject.toml" };
  // One retry instead of three: without a network the answer is "undecided" anyway, ten seconds later.
  const retries = context.environment["UV_HTTP_RETRIES"] ?? "1";
  let PATH = context.environment["PATH"] ?? "";
  const ask = async (...further: string[]): Promise<LockStatus> => {
    const environment = { UV_HTTP_RETRIES: retries, PATH };
    const { exitCode, stderr } = await runUv(context, [...args, ...further], { ...run, environment });
    if (exitCode === 0) return { status: "fresh" };
    const without = withoutBroken(PATH, root, stderr);
    // A version manager's shim that does not work ends uv's search; behind it there may be one that does.
    if (without !== PATH) return ((PATH = without), ask(...further));
    const found = judge(context, root, stderr);
    if (found.status !== "stale" || further.includes("--verbose")) return found;
    return {
      ...found,
      reason: whyStale((await runUv(context, [...args, ...further, "--verbose"], { ...run, environment })).stderr),
    };
  };
  if (refresh.length > 0) {
    const refreshed = await ask(...refresh.map((name) => `--refresh-package=${name}`));
    // uv refuses to refresh offline; then its cache is better than nothing.
    if (refreshed.status !== "undecided" || refreshed.lacks === "python") return refreshed;
  }
  // A fresh lock is recognised without a network, so only a doubtful one pays for the second call.
  const offline = await ask("--offline");
  return offline.status === "undecided" && offline.lacks === "network" ? ask() : offline;
}

type Lack = "network" | "python";
type Judgement = Exclude<LockStatus, { status: "fresh" }>;

/** PATH without the folder of the program that uv took for a Python and could not use. */
function withoutBroken(searchPath: string, root: string, stderr: string): string {
  const program = /Failed to inspect Python interpreter .{0,200}? at `([^`]+)`/.exec(readStderr(stderr).flat)?.[1];
  if (program === undefined) return searchPath;
  const broken = path.dirname(path.resolve(root, program));
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.resolve(folder) !== broken)
    .join(path.delimiter);
}

/** What uv says of a stale lock when it is asked to say more; empty when it says nothing that tells. */
function whyStale(stderr: string): string {
  const told = /(?:Resolving despite existing lockfile|Ignoring existing lockfile) due to ([^\n]{1,300})/.exec(
    stderr,
  )?.[1];
  return told === undefined ? "" : told.trim().replace(/:$/, "");
}

function judge(context: UvContext, root: string, stderr: string): Judgement {
  const call = { command: "uv lock --check", root, uvPath: context.path, secrets: context.secrets };
  const error = uvError(stderr, call);
  switch (error.code) {
    case "LOCK_STALE":
      return { status: "stale", reason: "" };
    case "PYTHON_NOT_FOUND":
      return { status: "undecided", reason: error.message, lacks: "python", error };
    case "NETWORK":
    case "INDEX_AUTH":
      return { status: "undecided", reason: error.message, lacks: "network", error };
    case "UV_FAILED":
    case "NO_WHEEL":
    case "LOCAL_BUILD_FAILED":
      return { status: "undecided", reason: error.message, error };
    default:
      throw error;
  }
}
