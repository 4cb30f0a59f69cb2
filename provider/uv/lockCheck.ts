import { runUv, type UvContext } from "./context.js";
import { uvError } from "./errors.js";

/** `undecided`: uv could not compare, for want of an interpreter or a network; `reason` says why. */
export type LockStatus =
  | { readonly status: "fresh" }
  | { readonly status: "stale"; readonly reason: string }
  | { readonly status: "undecided"; readonly reason: string };

/**
 * Whether uv.lock still says what pyproject.toml asks for. The lock is not changed. `requiresPython` is the lock's own (`>=3.11`): any
 * interpreter in that range can compare, whatever `.python-version` names.
 * Throws LOCK_MISSING, LOCK_UNREADABLE and what else is wrong with the project itself.
 */
export async function checkLock(context: UvContext, root: string, requiresPython?: string): Promise<LockStatus> {
  const args = ["lock", "--check", "--no-python-downloads"];
  if (requiresPython !== undefined) args.push(`--python=${requiresPython}`);
  const run = { cwd: root, purpose: "comparing uv.lock with pyproject.toml" };
  // A fresh lock is recognised without a network, so only a doubtful one pays for the second call.
  const offline = await runUv(context, [...args, "--offline"], run);
  if (offline.exitCode === 0) return { status: "fresh" };
  const first = judge(context, root, offline.stderr);
  if (first.status === "stale" || first.lacks !== "network") return first;
  // One retry instead of three: without a network the answer is "undecided" anyway, ten seconds later.
  const retries = context.environment["UV_HTTP_RETRIES"] ?? "1";
  const online = await runUv(context, args, { ...run, environment: { UV_HTTP_RETRIES: retries } });
  return online.exitCode === 0 ? { status: "fresh" } : judge(context, root, online.stderr);
}

type Judgement = Exclude<LockStatus, { status: "fresh" }> & { readonly lacks?: "network" | "python" };

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
