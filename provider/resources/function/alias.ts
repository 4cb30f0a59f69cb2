import { Alias } from "@pulumi/aws/lambda/alias.js";
import type * as pulumi from "@pulumi/pulumi";
import { functionDefaults as defaults } from "../../inputs/schema/defaults.js";
import { isPublished } from "../../inputs/published.js";
import type { AwsFunction } from "./awsResources.js";
import type { FunctionContext } from "./functionContext.js";

/**
 * The alias that follows the published versions, or none when nothing is published. `rights` are what the function
 * needs before it is invoked through the alias.
 */
export function publishedAlias(
  { inputs, names, component }: FunctionContext,
  fn: AwsFunction,
  rights: readonly pulumi.Resource[],
): Alias | undefined {
  if (!isPublished(inputs)) return undefined;
  return new Alias(
    names.alias,
    { name: inputs.aliasName ?? defaults.aliasName, functionName: fn.name, functionVersion: fn.version },
    { parent: component, dependsOn: [...rights] },
  );
}
