import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import * as pulumi from "@pulumi/pulumi";
import { unknownOutput } from "../build/buildRecord.js";
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

/** Creates the log group, or adopts `logGroup`. */
export function functionLogs(context: FunctionContext): FunctionLogs {
  const { logGroup } = context.inputs;
  return logGroup === undefined ? createdLogs(context) : adoptedLogs(context, pulumi.output(logGroup));
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

function adoptedLogs({ component }: FunctionContext, name: pulumi.Output<string>): FunctionLogs {
  const opts = { parent: component };
  const partition = answered(getPartitionOutput({}, opts).partition);
  const region = answered(getRegionOutput({}, opts).region);
  const account = answered(getCallerIdentityOutput({}, opts).accountId);
  return { name, arn: pulumi.interpolate`arn:${partition}:logs:${region}:${account}:log-group:${name}` };
}

/** A provider whose settings a preview does not know yet answers with nothing. */
function answered(value: pulumi.Output<string | undefined>): pulumi.Output<string> {
  return value.apply((known) => (known === undefined ? unknownOutput<string>() : pulumi.output(known)));
}
