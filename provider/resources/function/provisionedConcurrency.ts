import type * as lambda from "@pulumi/aws/lambda/index.js";
import { ProvisionedConcurrencyConfig } from "@pulumi/aws/lambda/provisionedConcurrencyConfig.js";
import { definedOnly } from "../../lib/definedOnly.js";
import type { AwsFunction } from "./awsResources.js";
import type { FunctionContext } from "./functionContext.js";

/** The execution environments that are kept ready for the alias. */
export function provisionedConcurrency(
  { inputs, names, component, customTimeouts }: FunctionContext,
  fn: AwsFunction,
  alias: lambda.Alias | undefined,
): void {
  if (inputs.provisionedConcurrency === undefined || alias === undefined) return;
  new ProvisionedConcurrencyConfig(
    names.provisionedConcurrency,
    {
      functionName: fn.name,
      qualifier: alias.name,
      provisionedConcurrentExecutions: inputs.provisionedConcurrency,
    },
    { parent: component, protect: false, ...definedOnly({ customTimeouts }) },
  );
}
