import * as fs from "node:fs/promises";
import { refuseMissingWheels } from "../../project/wheels/missingWheels.js";
import { applyingPackages } from "../../project/wheels/wheelChoice.js";
import type { Builder } from "../bundling/builder.js";
import { allowedTargets } from "./allowedTargets.js";
import type { ClosedWork } from "./readClosure.js";

/** Says before uv starts which packages have no wheel for the target. Throws NO_WHEEL. Warns of files that the lock has no hash of. */
export async function requireWheels(work: ClosedWork & { readonly builder: Builder }): Promise<void> {
  const { closure, project, target, builder, uv } = work;
  const allowed = allowedTargets(project, await fs.readFile(project.lockFile, "utf8"));
  refuseMissingWheels(closure.locked, target, builder.sourceBuilds(closure.locked), allowed);
  const hashless = applyingPackages(closure.locked, target)
    .filter(({ package: { kind }, wheels }) => kind === "registry" && wheels.some(({ hash }) => hash === undefined))
    .map(({ package: { name } }) => name);
  if (hashless.length > 0)
    uv.reporter.warn(
      `uv.lock has no hash for files of ${hashless.join(", ")}, so a file that the index exchanges ships without a word. ` +
        "`uv lock --refresh` adds the hashes if the index gives them.",
    );
}
