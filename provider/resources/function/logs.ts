import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getPartition } from "@pulumi/aws/getPartition.js";
import { getRegion } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { answerOr } from "../engine/providerAnswer.js";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import { logGroupNameFor, logGroupPrefixFor } from "../../inputs/names.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { retainOption } from "../engine/retainOption.js";
import type { FunctionContext } from "./functionContext.js";

/** The log group that the function writes to. The ARN has no `:*` at its end. */
export interface FunctionLogs {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

/** Creates the log group, unless one is adopted. */
export function functionLogs(context: FunctionContext): FunctionLogs {
  return context.adoptedLogs ?? createdLogs(context);
}

/** Lambda would create the group itself, but without a retention and out of reach of `destroy`. */
function createdLogs({ inputs, names, component, resourceName }: FunctionContext): FunctionLogs {
  const group = new cloudwatch.LogGroup(
    names.logGroup,
    definedOnly({
      ...groupName(inputs.logGroupName, inputs.name, resourceName),
      retentionInDays: inputs.logRetentionDays ?? defaults.logRetentionDays,
      tags: inputs.tags,
    }),
    { parent: component, ...retainOption(inputs.retainLogs ?? defaults.retainLogs) },
  );
  return { name: group.name, arn: group.arn };
}

function groupName(
  groupName: pulumi.Input<string> | undefined,
  functionName: pulumi.Input<string> | undefined,
  resourceName: string,
): Pick<cloudwatch.LogGroupArgs, "name" | "namePrefix"> {
  if (groupName !== undefined) return { name: groupName };
  if (functionName !== undefined) return { name: pulumi.output(functionName).apply(logGroupNameFor) };
  return { namePrefix: logGroupPrefixFor(resourceName) };
}

/**
 * The group's ARN is made up of what the provider says about itself. Plain calls, because an output that fails ends every
 * other function of the program without a word.
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
