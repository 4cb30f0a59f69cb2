import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { durableDefaults as defaults } from "../../inputs/schema/defaults.js";
import type { AwsFunction } from "./awsResources.js";
import { grant } from "./role/policies.js";
import type { FunctionRole } from "./role/role.js";
import type { FunctionInputs } from "../engine/componentTypes.js";
import type { FunctionContext } from "./functionContext.js";

/** The block of the function; undefined for an ordinary one. */
export function durableBlock({ durableConfig }: FunctionInputs): lambda.FunctionArgs["durableConfig"] {
  if (durableConfig === undefined) return undefined;
  return {
    executionTimeout: durableConfig.executionTimeout ?? defaults.executionTimeout,
    retentionPeriod: durableConfig.retentionPeriod ?? defaults.retentionPeriod,
  };
}

/** A change replaces the function: AWS makes a function durable only when it is created. */
export function durableTrigger({ durableConfig }: FunctionInputs): string {
  return durableConfig === undefined ? "standard" : "durable";
}

/**
 * Lets the created role save and read the function's progress. The policy names the function by its ARN, so the
 * function must exist first and cannot wait for this right.
 */
export function durableRights(context: FunctionContext, role: FunctionRole, fn: AwsFunction): pulumi.Resource[] {
  if (context.inputs.durableConfig === undefined || role.created === undefined) return [];
  const statement = {
    Effect: "Allow" as const,
    Action: ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"],
    Resource: pulumi.interpolate`${fn.arn}:*`,
  };
  return [grant(context, role.created, { name: context.names.durablePolicy, statements: [statement] })];
}
