import * as path from "node:path";
import type { UvLambdaError } from "../lib/errors.js";
import { runUv, type UvContext } from "./context.js";
import { readStderr } from "./errors/stderr.js";
import { uvError } from "./errors/uvErrors.js";

/** `undecided`: uv could not compare, because it lacked an interpreter or the network. `reason` says which. */
export type LockStatus =
  | { readonly status: "fresh" }
  | { readonly status: "stale"; readonly reason: string }
  | { readonly status: "undecided"; readonly reason: string; readonly lacks?: Lack; readonly error: UvLambdaError };

/**
 * Whether uv.lock still matches pyproject.toml. Does not change the lock. `requiresPython` is that of the lock
 * (`>=3.11`): any interpreter in that range can compare, whatever `.python-version` names. `refresh` names packages
 * whose dependencies are computed by a build backend: in uv's cache, they may be as old as their pyproject.toml.
 * Throws LOCK_MISSING, LOCK_UNREADABLE and other errors of the project itself.
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
  // One retry instead of three: without a network, the answer is "undecided" anyway, only ten seconds later.
  const retries = context.environment["UV_HTTP_RETRIES"] ?? "1";
  let PATH = context.environment["PATH"] ?? "";
  const ask = async (...further: string[]): Promise<LockStatus> => {
    const environment = { UV_HTTP_RETRIES: retries, PATH };
    const { exitCode, stderr } = await runUv(context, [...args, ...further], { ...run, environment });
    if (exitCode === 0) return { status: "fresh" };
    const without = withoutBroken(PATH, root, stderr);
    // A broken shim of a version manager ends uv's search. A working interpreter may come after it.
    if (without !== PATH) return ((PATH = without), ask(...further));
    const found = judge(context, root, stderr);
    if (found.status !== "stale" || further.includes("--verbose")) return found;
    // With `--refresh-package`, that is the only reason that uv gives. Its cache is fresh now.
    const others = further.filter((flag) => !flag.startsWith("--refresh"));
    return {
      ...found,
      reason: whyStale((await runUv(context, [...args, ...others, "--verbose"], { ...run, environment })).stderr),
    };
  };
  if (refresh.length > 0) {
    const refreshed = await ask(...refresh.map((name) => `--refresh-package=${name}`));
    // uv cannot refresh offline. Then its cache is better than nothing.
    if (refreshed.status !== "undecided" || refreshed.lacks === "python") return refreshed;
  }
  // A fresh lock is recognised without a network, so only a doubtful one needs the second call.
  const offline = await ask("--offline");
  return offline.status === "undecided" && offline.lacks === "network" ? ask() : offline;
}

type Lack = "network" | "python";
type Judgement = Exclude<LockStatus, { status: "fresh" }>;

/** PATH without the folder of the program that uv tried as a Python and could not use. */
function withoutBroken(searchPath: string, root: string, stderr: string): string {
  const program = /Failed to inspect Python interpreter .{0,200}? at `([^`]+)`/.exec(readStderr(stderr).flat)?.[1];
  if (program === undefined) return searchPath;
  const broken = path.dirname(path.resolve(root, program));
  return searchPath
    .split(path.delimiter)
    .filter((folder) => path.resolve(folder) !== broken)
    .join(path.delimiter);
}

/** uv's verbose reason for a stale lock. Empty when it gives none. */
function whyStale(stderr: string): string {
  const reason = /(?:Resolving despite existing lockfile|Ignoring existing lockfile) due to ([^\n]{1,300})/.exec(
    stderr,
  )?.[1];
  return reason === undefined ? "" : reason.trim().replace(/:$/, "");
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
