import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { PackageRequest } from "../packaging/request.js";
import { functionDefaults as defaults } from "./defaults.js";
import type { FunctionLogs } from "./logs.js";
import { present } from "./present.js";
import type { FunctionRole } from "./role.js";
import type { Scope } from "./scope.js";

/** The function itself. */
export function lambdaFunction(
  { inputs, names, component }: Scope,
  request: PackageRequest,
  code: pulumi.Input<pulumi.asset.Archive>,
  role: FunctionRole,
  logs: FunctionLogs,
): lambda.Function {
  const args = present({
    name: inputs.name,
    description: inputs.description,
    tags: inputs.tags,
    role: role.arn,
    code,
    handler: request.handler,
    runtime: request.runtime,
    architectures: [request.architecture],
    memorySize: inputs.memorySize ?? defaults.memorySize,
    timeout: inputs.timeout ?? defaults.timeout,
    ephemeralStorage: inputs.ephemeralStorage,
    environment: isEmpty(inputs.environment) ? undefined : { variables: inputs.environment },
    kmsKeyArn: inputs.kmsKeyArn,
    layers: inputs.layers,
    loggingConfig: { logFormat: "Text", logGroup: logs.name },
    tracingConfig: { mode: inputs.tracingMode ?? defaults.tracingMode },
  });
  return new lambda.Function(names.function, args, {
    parent: component,
    dependsOn: [...role.rights],
    // Two functions cannot have one name: the old one must go first.
    deleteBeforeReplace: inputs.name !== undefined,
  });
}

/** A map that is known to hold nothing; AWS takes no block without variables. */
function isEmpty(map: unknown): boolean {
  if (map === undefined) return true;
  return typeof map === "object" && map !== null && !pulumi.Output.isInstance(map) && Object.keys(map).length === 0;
}
