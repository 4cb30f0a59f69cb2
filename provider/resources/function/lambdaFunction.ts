import type * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../../packaging/request.js";
import type { FunctionCode } from "../code/functionCode.js";
import type { DeadLetters } from "./deadLetter.js";
import {
  ephemeralStorageDefaults,
  functionDefaults as defaults,
  loggingDefaults,
} from "../../inputs/schema/defaults.js";
import { AwsFunction } from "./awsResources.js";
import { durableBlock, durableTrigger } from "./durable.js";
import type { FunctionLogs } from "./logs/adoptedLogs.js";
import { networkArgs } from "./network.js";
import { definedOnly } from "../../lib/definedOnly.js";
import { isPublished } from "../../inputs/published.js";
import type { FunctionRole } from "./role/role.js";
import type { FunctionContext } from "./functionContext.js";

/** What must exist before the function. */
export interface FunctionParts {
  readonly code: FunctionCode;
  readonly role: FunctionRole;
  readonly logs: FunctionLogs;
  readonly dead: DeadLetters | undefined;
}

/** The function itself. */
export function lambdaFunction(
  { inputs, names, component, customTimeouts, powertools }: FunctionContext,
  request: PackageRequest,
  { code, role, logs, dead }: FunctionParts,
): AwsFunction {
  const args = definedOnly({
    name: inputs.name,
    description: inputs.description,
    tags: inputs.tags,
    role: role.arn,
    ...code.args,
    architectures: [request.architecture],
    memorySize: inputs.memorySize ?? defaults.memorySize,
    timeout: inputs.timeout ?? defaults.timeout,
    // Always set: without a size, the aws provider would keep the last one.
    ephemeralStorage: inputs.ephemeralStorage ?? ephemeralStorageDefaults,
    environment: isEmpty(inputs.environment) ? undefined : { variables: inputs.environment },
    kmsKeyArn: inputs.kmsKeyArn,
    layers: allLayers([...code.layers, ...(powertools === undefined ? [] : [powertools])], inputs.layers),
    loggingConfig: { ...loggingDefaults, ...inputs.loggingConfig, logGroup: logs.name },
    tracingConfig: { mode: inputs.tracingMode ?? defaults.tracingMode },
    deadLetterConfig: dead === undefined ? undefined : { targetArn: dead.targetArn },
    ...(inputs.vpcConfig !== undefined && networkArgs(inputs.vpcConfig)),
    codeSigningConfigArn: inputs.codeSigningConfigArn,
    fileSystemConfig: inputs.fileSystemConfig,
    reservedConcurrentExecutions: inputs.reservedConcurrentExecutions,
    snapStart: inputs.snapStart,
    durableConfig: durableBlock(inputs),
    publish: isPublished(inputs) ? true : undefined,
  });
  return new AwsFunction(names.function, args, {
    parent: component,
    dependsOn: [...role.rights],
    // Two functions cannot have the same name: the old one is deleted first.
    deleteBeforeReplace: inputs.name !== undefined,
    replacementTrigger: durableTrigger(inputs),
    ...definedOnly({ customTimeouts }),
  });
}

/**
 * Later layers hide files of earlier ones: the program's own layers override the packages of the project and
 * Powertools.
 */
function allLayers(
  packageLayers: readonly pulumi.Input<string>[],
  userLayers: pulumi.Input<pulumi.Input<string>[]> | undefined,
): lambda.FunctionArgs["layers"] {
  if (packageLayers.length === 0) return userLayers;
  return pulumi.output(userLayers ?? []).apply((others) => [...packageLayers, ...others]);
}

/** Whether a map is known to be empty. AWS refuses a block without variables. */
function isEmpty(map: unknown): boolean {
  if (map === undefined) return true;
  return typeof map === "object" && map !== null && !pulumi.Output.isInstance(map) && Object.keys(map).length === 0;
}
