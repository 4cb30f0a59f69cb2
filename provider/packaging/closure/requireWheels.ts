import { refuseMissingWheels } from "../../project/wheels/missingWheels.js";
import { applyingPackages } from "../../project/wheels/wheelChoice.js";
import type { Target } from "../../runtimes/index.js";
import type { Builder } from "../bundling/builder.js";
import type { ClosedWork } from "./readClosure.js";
import { allowsPython } from "./requiresPython.js";

/** Says before uv starts which packages have no wheel for the target. Throws NO_WHEEL. Warns of files that the lock has no hash of. */
export function requireWheels(work: ClosedWork & { readonly builder: Builder }): void {
  const { closure, project, target, builder, uv } = work;
  const ranges = project.members.map(({ pyproject }) => pyproject.project?.requiresPython);
  const allows = (other: Target) => ranges.every((range) => allowsPython(range, other));
  refuseMissingWheels(closure.locked, target, builder.sourceBuilds(closure.locked), allows);
  const hashless = applyingPackages(closure.locked, target)
    .filter(({ package: { kind }, wheels }) => kind === "registry" && wheels.some(({ hash }) => hash === undefined))
    .map(({ package: { name } }) => name);
  if (hashless.length > 0)
    uv.reporter.warn(
      `uv.lock has no hash for files of ${hashless.join(", ")}, so a file that the index exchanges ships without a word. ` +
        "`uv lock --refresh` adds the hashes if the index gives them.",
    );
}
