import type { Builder } from "../bundling/builder.js";
import type { ClosedWork } from "./readClosure.js";
import { requireHashes } from "./requireHashes.js";
import { requireWheels } from "./requireWheels.js";

/**
 * Reports, before uv starts, what the lock lacks: wheels for the target, hashes of what an index serves. Throws
 * NO_WHEEL and HASH_MISSING.
 */
export async function requireFiles(work: ClosedWork & { readonly builder: Builder }): Promise<void> {
  await requireWheels(work);
  await requireHashes(work);
}
