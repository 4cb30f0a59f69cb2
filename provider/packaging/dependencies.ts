import type { Target } from "../runtimes/target.js";
import { installLocked } from "../uv/install.js";
import type { UvContext } from "../uv/context.js";
import type { Closure } from "./closure.js";
import { normaliseInstalled, type Distribution } from "./distributions.js";
import { asSet, keyOf } from "./key.js";
import type { PackageRequest } from "./request.js";
import type { Session } from "./session.js";
import { storedPack, type StoredPack } from "./storedPack.js";

export interface DependencyFacts {
  readonly distributions: readonly Distribution[];
}

/** Third-party packages, installed once for everybody who locks the same ones for the same target. */
export async function dependencyPack(
  session: Session,
  uv: UvContext,
  request: PackageRequest,
  closure: Closure,
  target: Target,
): Promise<StoredPack<DependencyFacts>> {
  const sourceBuilds = asSet(request.sourceBuilds.filter((name) => closure.has(name)));
  const key = keyOf("dependencies", {
    lock: closure.keyText,
    platform: target.platform,
    python: target.pythonVersion,
    uv: uv.version,
    sourceBuilds,
  });
  return storedPack(session.store, "dependencies", key, async () => {
    if (closure.locked.length === 0) return { tree: [], facts: { distributions: [] } };
    const scratch = await session.store.scratch("install");
    try {
      await installLocked(uv, { closure, target, sourceBuilds, folder: scratch.folder });
      const { tree, distributions } = await normaliseInstalled(scratch.folder);
      return { tree, facts: { distributions } };
    } finally {
      await scratch.remove();
    }
  });
}
