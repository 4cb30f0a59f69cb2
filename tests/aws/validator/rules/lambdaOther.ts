import { AwsError } from "../../client/client.js";
import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import { checkLayerArchive } from "./lambdaCode.js";
import { type Input, invalidParameter, type Rule, type RuleContext, text } from "./rule.js";

const versionExists: Rule = async (input, context) => {
  const version = text(input, "FunctionVersion");
  if (version === undefined || version === "$LATEST") return;
  if ((await configuration(input, context, version)) !== undefined) return;
  const arn = `arn:aws:lambda:${context.aws.region}:${context.call.accessKey}:function:${input["FunctionName"]}:${version}`;
  throw new Refusal("ResourceNotFoundException", `Function not found: ${arn}`, 404);
};

const publishedQualifier: Rule = (input) => {
  if (input["Qualifier"] === "$LATEST") {
    throw invalidParameter("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
  }
};

const provisionedIsNotSnapStart: Rule = async (input, context) => {
  const config = await configuration(input, context, String(input["Qualifier"]));
  if ((config?.["SnapStart"] as { ApplyOn?: string } | undefined)?.ApplyOn === "PublishedVersions") {
    throw invalidParameter("Provisioned Concurrency is not supported for SnapStart enabled functions.");
  }
};

const durableNeedsQualifier: Rule = async (input, context) => {
  const name = String(input["FunctionName"]);
  if (input["Qualifier"] !== undefined || name.split(":").length === 8) return;
  if ((await configuration(input, context))?.["DurableConfig"] === undefined) return;
  throw invalidParameter("You cannot invoke a durable function using an unqualified ARN.");
};

const functionUrlPermission: Rule = (input) => {
  if (input["FunctionUrlAuthType"] !== undefined && input["Action"] !== "lambda:InvokeFunctionUrl") {
    throw invalidParameter("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action");
  }
  if (input["InvokedViaFunctionUrl"] !== undefined && input["Action"] !== "lambda:InvokeFunction") {
    throw invalidParameter("InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action");
  }
};

async function configuration(
  input: Input,
  { aws }: RuleContext,
  qualifier?: string,
): Promise<Record<string, unknown> | undefined> {
  const query = qualifier === undefined ? "" : `?Qualifier=${encodeURIComponent(qualifier)}`;
  try {
    return await aws.rest(
      "lambda",
      "GET",
      `/2015-03-31/functions/${encodeURIComponent(String(input["FunctionName"]))}/configuration${query}`,
    );
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) return undefined;
    throw error;
  }
}

export const rules: RuleTable = {
  PublishLayerVersion: [checkLayerArchive],
  CreateAlias: [versionExists],
  UpdateAlias: [versionExists],
  PutProvisionedConcurrencyConfig: [publishedQualifier, provisionedIsNotSnapStart],
  Invoke: [durableNeedsQualifier],
  AddPermission: [functionUrlPermission],
};
