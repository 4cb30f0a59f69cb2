import * as lambda from "@pulumi/aws/lambda/index.js";
import type { FunctionContext } from "./functionContext.js";

/** Environments that the alias keeps ready. */
export function provisionedConcurrency(
  { inputs, names, component }: FunctionContext,
  fn: lambda.Function,
  alias: lambda.Alias | undefined,
): void {
  if (inputs.provisionedConcurrency === undefined || alias === undefined) return;
  new lambda.ProvisionedConcurrencyConfig(
    names.provisionedConcurrency,
    {
      functionName: fn.name,
      qualifier: alias.name,
      provisionedConcurrentExecutions: inputs.provisionedConcurrency,
    },
    { parent: component, protect: false },
  );
}
