import { FunctionUrl } from "@pulumi/aws/lambda/functionUrl.js";
import type * as lambda from "@pulumi/aws/lambda/index.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import { functionUrlDefaults as defaults } from "../../inputs/schema/defaults.js";
import { definedOnly } from "../../lib/definedOnly.js";
import type { AwsFunction } from "./awsResources.js";
import type { FunctionContext } from "./functionContext.js";

/** The HTTPS address of the function, or of the alias if there is one. */
export function functionUrl(
  context: FunctionContext,
  fn: AwsFunction,
  alias: lambda.Alias | undefined,
): lambda.FunctionUrl | undefined {
  const { inputs, names, component } = context;
  const settings = inputs.functionUrl;
  if (settings === undefined) return undefined;
  const authorizationType = settings.authorizationType ?? defaults.authorizationType;
  const permissions = authorizationType === "NONE" ? letEverybodyCall(context, fn, alias) : [];
  const args = definedOnly({
    functionName: fn.name,
    qualifier: alias?.name,
    authorizationType,
    invokeMode: settings.invokeMode ?? defaults.invokeMode,
    cors: settings.cors,
  });
  // The address is an output only when it can be called. The provider adds its own statements with the URL: not at
  // the same time, because Lambda loses statements that are added to one policy concurrently.
  return new FunctionUrl(names.url, args, { parent: component, dependsOn: permissions });
}

/** Lambda requires both since October 2025. The second applies only to calls that come through the URL. */
function letEverybodyCall(
  { names, component }: FunctionContext,
  fn: AwsFunction,
  alias: lambda.Alias | undefined,
): lambda.Permission[] {
  const target = definedOnly({ function: fn.name, qualifier: alias?.name, principal: "*" });
  const opts = { parent: component, protect: false };
  return [
    new Permission(
      names.urlPermission,
      { ...target, action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE" },
      opts,
    ),
    new Permission(
      names.urlInvokePermission,
      { ...target, action: "lambda:InvokeFunction", invokedViaFunctionUrl: true },
      opts,
    ),
  ];
}
