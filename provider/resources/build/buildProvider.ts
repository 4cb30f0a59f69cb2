import type * as provider from "@pulumi/pulumi/provider/index.js";

import type { Unbuildable } from "../code/image/unbuildable.js";
import { withReadableSizes } from "./recordedSizes.js";

/** Inputs as the engine sends them: unknown and secret values are wrapped, and pass through unread. */
type Wire = Readonly<Record<string, unknown>>;

/**
 * Life cycle of `uvlambda:index:Build`, the record of one build in the state. The component builds before it
 * registers the record. Nothing is built, read or deleted here, so that destroy and refresh need no source.
 */
export const buildProvider = {
  check(olds: Wire, news: Wire, unbuildable: Pick<Unbuildable, "problemOf">): provider.CheckResult {
    if (typeof news["outputHash"] === "string" || isWrapped(news["outputHash"])) {
      const isSame = olds["outputHash"] === news["outputHash"];
      const problem = isSame ? undefined : unbuildable.problemOf(news["outputHash"]);
      const failures = problem === undefined ? undefined : [{ property: "outputHash", reason: problem }];
      return { inputs: withReadableSizes(olds, news), ...(failures && { failures }) };
    }
    return {
      inputs: news,
      failures: [{ property: "outputHash", reason: "is required; Function creates this resource" }],
    };
  },

  /** An unknown hash has its own string on the wire, so it differs too. */
  diff(olds: Wire, news: Wire): provider.DiffResult {
    return { changes: olds["outputHash"] !== news["outputHash"] };
  },

  create(name: string, inputs: Wire): provider.CreateResult {
    return { id: name, outs: inputs };
  },

  read(id: string, state: Wire): provider.ReadResult {
    return { id, props: state };
  },

  update(news: Wire): provider.UpdateResult {
    return { outs: news };
  },
};

function isWrapped(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
