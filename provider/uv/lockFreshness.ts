import { runUv, type UvContext } from "./context.js";
import { uvError } from "./uvErrors.js";

/** `undecided`: uv could not compare, for want of an interpreter or a network; `reason` says why. */
export type LockStatus =
  | { readonly status: "fresh" }
  | { readonly status: "stale"; readonly reason: string }
  | { readonly status: "undecided"; readonly reason: string };

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
  const ask = async (...further: string[]): Promise<LockStatus & { readonly lacks?: Lack }> => {
    const environment = { UV_HTTP_RETRIES: retries };
    const { exitCode, stderr } = await runUv(context, [...args, ...further], { ...run, environment });
    return exitCode === 0 ? { status: "fresh" } : judge(context, root, stderr);
  };
  if (refresh.length > 0) {
    const refreshed = await ask(...refresh.map((name) => `--refresh-package=${name}`));
    // uv refuses to refresh offline; then its cache is better than nothing.
    if (refreshed.status !== "undecided" || refreshed.lacks === "python") return refreshed;
  }
  // A fresh lock is recognised without a network, so only a doubtful one pays for the second call.
  const offline = await ask("--offline");
  return offline.lacks === "network" ? ask() : offline;
}

type Lack = "network" | "python";
type Judgement = Exclude<LockStatus, { status: "fresh" }> & { readonly lacks?: Lack };

function judge(context: UvContext, root: string, stderr: string): Judgement {
  const call = { command: "uv lock --check", root, uvPath: context.path, secrets: context.secrets };
  const error = uvError(stderr, call);
  switch (error.code) {
    case "LOCK_STALE":
      return { status: "stale", reason: error.message };
    case "PYTHON_NOT_FOUND":
      return { status: "undecided", reason: error.message, lacks: "python" };
    case "NETWORK":
    case "INDEX_AUTH":
      return { status: "undecided", reason: error.message, lacks: "network" };
    case "UV_FAILED":
    case "NO_WHEEL":
    case "LOCAL_BUILD_FAILED":
      return { status: "undecided", reason: error.message };
    default:
      throw error;
  }
}
