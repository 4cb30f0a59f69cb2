import { refuseMissingWheels } from "../../project/wheels/missingWheels.js";
import type { Builder } from "../bundling/builder.js";
import type { ClosedWork } from "./readClosure.js";

/** Says before uv starts which packages have no wheel for the target. Throws NO_WHEEL. */
export function requireWheels({ closure, target, builder }: ClosedWork & { readonly builder: Builder }): void {
  refuseMissingWheels(closure.locked, target, builder.sourceBuilds(closure.locked));
}
