import { FunctionEventInvokeConfig } from "@pulumi/aws/lambda/functionEventInvokeConfig.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { definedOnly } from "../../lib/definedOnly.js";
import type { FunctionInputs } from "../engine/componentTypes.js";
import type { AwsFunction } from "./awsResources.js";
import type { FunctionContext } from "./functionContext.js";

/** How Lambda handles asynchronous invocations of the function, or of the alias if there is one. */
export function eventInvokeConfig(
  { inputs, names, component }: FunctionContext,
  fn: AwsFunction,
  alias: lambda.Alias | undefined,
): void {
  if (inputs.eventInvokeConfig === undefined) return;
  const args = definedOnly({ functionName: fn.name, qualifier: alias?.name, ...inputs.eventInvokeConfig });
  new FunctionEventInvokeConfig(names.eventInvokeConfig, args, { parent: component, protect: false });
}

/** ARNs that receive records of invocations. */
export function destinations({ eventInvokeConfig }: FunctionInputs): pulumi.Input<string>[] {
  const { onFailure, onSuccess } = eventInvokeConfig?.destinationConfig ?? {};
  return [onFailure, onSuccess].flatMap((target) => (target === undefined ? [] : [target.destination]));
}
