import type * as provider from "@pulumi/pulumi/provider/index.js";

import type { Unbuildable } from "../code/image/unbuildable.js";
import { withReadableSizes } from "./recordedSizes.js";

/** Inputs as the engine sends them: unknown and secret values are wrapped, and pass through unread. */
type Wire = Readonly<Record<string, unknown>>;

export const howToImport =
  '`pulumi up` creates what is not in AWS. To adopt a function, import its AWS resources, as docs/options.md shows under "`pulumi import`".';

/**
 * Life cycle of `uvlambda:index:Build`, the record of one build in the state. The component builds before it
 * registers the record. Nothing is built, read or deleted here, so that destroy and refresh need no source.
 */
export const buildProvider = {
  check(name: string, olds: Wire, news: Wire, unbuildable: Pick<Unbuildable, "refuses">): provider.CheckResult {
    const { outputHash } = news;
    if (typeof outputHash === "string" || isWrapped(outputHash)) {
      const inputs = withReadableSizes(olds, news);
      const mustBuild = typeof outputHash === "string" && olds["outputHash"] !== outputHash;
      if (!mustBuild || !unbuildable.refuses({ name, outputHash })) return { inputs };
      // The state must not say that this was deployed.
      return { inputs: { ...inputs, outputHash: `${outputHash} (not deployed)` } };
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

  /** Without a state, this is `pulumi import`. */
  read(id: string, state: Wire): provider.ReadResult {
    if (state["outputHash"] === undefined)
      throw new Error(`a build record is not in AWS, so it cannot be imported. ${howToImport}`);
    return { id, props: state };
  },

  update(news: Wire): provider.UpdateResult {
    return { outs: news };
  },
};

function isWrapped(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
