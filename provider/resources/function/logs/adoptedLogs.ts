import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import { getRegion } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { answerOr } from "../../engine/providerAnswer.js";

/** The log group that the function writes to. The ARN has no `:*` at its end. */
export interface FunctionLogs {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/**
 * The group's ARN is composed from the provider's answers about itself. These are plain calls, because an output
 * that fails would end every other function of the program without a message.
 */
export async function adoptedLogs(
  component: pulumi.ComponentResource,
  logGroup: pulumi.Input<string> | undefined,
): Promise<FunctionLogs | undefined> {
  if (logGroup === undefined) return undefined;
  const opts = { parent: component };
  const [{ partition }, { region }, { accountId }] = await Promise.all([
    getPartition({}, opts),
    getRegion({}, opts),
    getCallerIdentity({}, opts),
  ]);
  const place = [partition, "logs", region, accountId].map((part) => answerOr(part, "logGroup"));
  const name = pulumi.output(logGroup);
  return {
    name,
    arn: pulumi.all([name, ...place]).apply(([group, ...parts]) => `arn:${parts.join(":")}:log-group:${group}`),
  };
}
