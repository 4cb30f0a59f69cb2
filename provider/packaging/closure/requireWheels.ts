import { missingWheels, refuseMissingWheels } from "../../project/wheels/missingWheels.js";
import type { Builder } from "../bundling/builder.js";
import { allowedTargets } from "./allowedTargets.js";
import type { ClosedWork } from "./readClosure.js";

/** Reports, before uv starts, which packages have no wheel for the target. Throws NO_WHEEL. */
export async function requireWheels(work: ClosedWork & { readonly builder: Builder }): Promise<void> {
  const { closure, project, target, builder } = work;
  const sourceBuilds = builder.sourceBuilds(closure.locked);
  if (missingWheels(closure.locked, target, sourceBuilds).length === 0) return;
  const allowed = allowedTargets(project, project.lockText);
  refuseMissingWheels(closure.locked, target, sourceBuilds, allowed);
}
