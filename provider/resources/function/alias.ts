import * as lambda from "@pulumi/aws/lambda/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import { isPublished } from "../../inputs/published.js";
import type { FunctionContext } from "./functionContext.js";

/**
 * The alias that follows the published versions, or none when nothing is published. `rights` are what the function
 * needs before it is invoked through the alias.
 */
export function publishedAlias(
  { inputs, names, component }: FunctionContext,
  fn: lambda.Function,
  rights: readonly pulumi.Resource[],
): lambda.Alias | undefined {
  if (!isPublished(inputs)) return undefined;
  return new lambda.Alias(
    names.alias,
    { name: inputs.aliasName ?? defaults.aliasName, functionName: fn.name, functionVersion: fn.version },
    { parent: component, dependsOn: [...rights] },
  );
}
