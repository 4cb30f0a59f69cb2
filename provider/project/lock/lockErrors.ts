import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";

/** The error for a missing lock, used where uv finds out and where we do. */
export function lockMissing(root: string): UvLambdaError {
  return new UvLambdaError("LOCK_MISSING", `${root} has no uv.lock.`, lockHint(root));
}

/**
 * The error for an outdated lock. `why` is a sentence, with or without its full stop. Empty when uv gives no reason.
 */
export function lockStale(root: string, why = ""): UvLambdaError {
  const reason = why === "" ? "uv would lock the project differently" : why.replace(/\.$/, "");
  return new UvLambdaError("LOCK_STALE", `${path.join(root, "uv.lock")} is out of date: ${reason}.`, lockHint(root));
}

function lockHint(root: string): { readonly hint: string } {
  return { hint: `Run \`uv lock\` in ${root} and commit uv.lock.` };
}
