import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";

/** The words for a lock that is not there or out of date: uv finds out, and so do we. */
export function lockMissing(root: string): UvLambdaError {
  return new UvLambdaError("LOCK_MISSING", `${root} has no uv.lock.`, lockHint(root));
}

/** `why` is a sentence, with or without its full stop; empty when uv only says that something moved. */
export function lockStale(root: string, why = ""): UvLambdaError {
  const reason = why === "" ? "uv would lock the project differently" : why.replace(/\.$/, "");
  return new UvLambdaError("LOCK_STALE", `${path.join(root, "uv.lock")} is out of date: ${reason}.`, lockHint(root));
}

function lockHint(root: string): { readonly hint: string } {
  return { hint: `Run \`uv lock\` in ${root} and commit uv.lock.` };
}
