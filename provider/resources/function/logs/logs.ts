import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { functionDefaults as defaults } from "../../../inputs/schema/defaults.js";
import { logGroupNameFor, logGroupPrefixFor } from "../../../inputs/resourceNames.js";
import { definedOnly } from "../../../lib/definedOnly.js";
import { retainOption } from "../../engine/options/retainOption.js";
import { AwsLogGroup } from "../awsResources.js";
import type { FunctionLogs } from "./adoptedLogs.js";
import type { FunctionContext } from "../functionContext.js";

/** Creates the log group, unless one is adopted. */
export function functionLogs(context: FunctionContext): FunctionLogs {
  return context.adoptedLogs ?? createdLogs(context);
}

/** Lambda would create the group itself, but without a retention period, and `destroy` would not delete it. */
function createdLogs({ inputs, names, component, resourceName }: FunctionContext): FunctionLogs {
  const group = new AwsLogGroup(
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
): Pick<LogGroupArgs, "name" | "namePrefix"> {
  if (groupName !== undefined) return { name: groupName };
  if (functionName !== undefined) return { name: pulumi.output(functionName).apply(logGroupNameFor) };
  return { namePrefix: logGroupPrefixFor(resourceName) };
}
