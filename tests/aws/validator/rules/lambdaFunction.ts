import { AwsError } from "../../client/client.js";
import { xmlText } from "../../client/xml.js";
import { Refusal } from "../call.js";
import type { RuleTable } from "./index.js";
import { checkArchive, checkImage } from "./lambdaCode.js";
import { type Input, invalidParameter, object, type Rule, type RuleContext, strings, text } from "./rule.js";

const RESERVED_VARIABLES = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);
const ENDED_RUNTIMES = ["python2.7", "python3.6", "python3.7"];
const SNAPSTART_RUNTIMES = /^python3\.(1[2-9]|[2-9]\d)$/;

const name: Rule = (input) => {
  const given = text(input, "FunctionName") ?? "";
  if (!given.includes(":") && given.length > 64) {
    throw new Refusal(
      "ValidationException",
      `1 validation error detected: Value '${given}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    );
  }
};

const sizes: Rule = (input) => {
  const managed = input["CapacityProviderConfig"] !== undefined;
  atMost("MemorySize", input["MemorySize"], managed ? 32_768 : 10_240);
  atMost("Timeout", input["Timeout"], managed ? 5_400 : 900);
  atMost("EphemeralStorage.Size", object(input, "EphemeralStorage")?.["Size"], 10_240);
};

function atMost(member: string, value: unknown, limit: number): void {
  if (typeof value !== "number" || value <= limit) return;
  throw invalidParameter(
    `'${member}' value failed to satisfy constraint: Member must have value less than or equal to ${limit}`,
  );
}

const environment: Rule = (input) => {
  const variables = object(input, "Environment")?.["Variables"] as Record<string, string> | undefined;
  const entries = Object.entries(variables ?? {});
  const reserved = entries.map(([key]) => key).filter((key) => RESERVED_VARIABLES.has(key));
  const prefix =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  if (reserved.length > 0) {
    throw invalidParameter(
      `${prefix} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > 4096) throw invalidParameter(`${prefix} exceeded the 4KB limit. Bytes measured: ${bytes}`);
};

const layers: Rule = (input) => {
  const arns = strings(input, "Layers") ?? [];
  if (arns.length > 5) throw invalidParameter("Cannot reference more than 5 layers.");
  const unversioned = arns.map((arn) => arn.split(":").slice(0, -1).join(":"));
  if (new Set(unversioned).size < unversioned.length) {
    throw invalidParameter(
      "Two different versions of the same layer are not allowed to be referenced in the same function.",
    );
  }
};

const logging: Rule = (input) => {
  const config = object(input, "LoggingConfig");
  if (config === undefined || config["LogFormat"] === "JSON") return;
  if (config["ApplicationLogLevel"] !== undefined || config["SystemLogLevel"] !== undefined) {
    throw invalidParameter("ApplicationLogLevel and SystemLogLevel are not supported for Text log format. Use JSON.");
  }
};

const runtimeIsOpen: Rule = (input) => {
  const runtime = text(input, "Runtime");
  if (runtime === undefined || !ENDED_RUNTIMES.includes(runtime)) return;
  throw invalidParameter(
    `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions.`,
  );
};

const packageType: Rule = (input) => {
  if (input["PackageType"] === "Image") return nothingOfArchives(input);
  if (input["Handler"] === undefined || input["Runtime"] === undefined) {
    throw invalidParameter(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  if (input["ImageConfig"] !== undefined)
    throw invalidParameter("ImageConfig is only allowed for functions of PackageType Image.");
};

function nothingOfArchives(input: Input): void {
  if (["Handler", "Runtime", "Layers"].every((member) => input[member] === undefined)) return;
  throw invalidParameter(
    "Please don't provide handler or runtime or layer when the intended function PackageType is Image.",
  );
}

/** A function keeps the package type that it was created with. */
const samePackageType: Rule = async (input, context) => {
  const { PackageType: type } = await currentConfiguration(input, context);
  if (type === "Image") {
    nothingOfArchives(input);
    if (input["ZipFile"] !== undefined || input["S3Bucket"] !== undefined)
      throw invalidParameter("Please provide ImageUri when updating a function with packageType Image.");
  }
  if (type === "Zip" && input["ImageUri"] !== undefined)
    throw invalidParameter("Please don't provide ImageUri when updating a function with packageType Zip.");
  if (type === "Zip" && input["ImageConfig"] !== undefined)
    throw invalidParameter("ImageConfig is only allowed for functions of PackageType Image.");
};

const snapStart: Rule = (input) => {
  if (object(input, "SnapStart")?.["ApplyOn"] !== "PublishedVersions") return;
  const runtime = text(input, "Runtime") ?? "";
  if (input["PackageType"] === "Image" || (runtime.startsWith("python") && !SNAPSTART_RUNTIMES.test(runtime))) {
    throw invalidParameter(`${runtime || "Image"} is not supported for SnapStart enabled functions.`);
  }
  const storage = object(input, "EphemeralStorage")?.["Size"];
  if ((typeof storage === "number" && storage > 512) || (input["FileSystemConfigs"] as unknown[] | undefined)?.length) {
    throw invalidParameter("SnapStart does not support EFS or ephemeral storage larger than 512 MB.");
  }
};

/** The role must exist, must let Lambda assume it, and must have the rights that the function's configuration needs. */
const role: Rule = async (input, context) => {
  const arn = text(input, "Role") ?? (await currentConfiguration(input, context))["Role"];
  const roleName = String(arn).split("/").pop() ?? "";
  await checkTrust(roleName, context);
  for (const [action, complaint] of neededActions(input)) await checkAllowed(String(arn), action, complaint, context);
};

async function checkTrust(roleName: string, { aws }: RuleContext): Promise<void> {
  const refused = invalidParameter("The role defined for the function cannot be assumed by Lambda.");
  let document: string | undefined;
  try {
    document = xmlText(
      await aws.query("iam", "2010-05-08", "GetRole", { RoleName: roleName }),
      "Role",
      "AssumeRolePolicyDocument",
    );
  } catch (error) {
    if (error instanceof AwsError && error.status === 404) throw refused;
    throw error;
  }
  const policy = JSON.parse(decodeURIComponent(document ?? "{}")) as { Statement?: TrustStatement | TrustStatement[] };
  const statements = [policy.Statement ?? []].flat();
  const trusts = statements.some(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" &&
      [Action].flat().includes("sts:AssumeRole") &&
      typeof Principal === "object" &&
      [Principal.Service].flat().includes("lambda.amazonaws.com"),
  );
  if (!trusts) throw refused;
}

interface TrustStatement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Principal?: string | { readonly Service?: string | string[] };
}

function* neededActions(input: Input): Generator<[{ name: string; resource: string }, string]> {
  const complaint = "The provided execution role does not have permissions to call";
  const target = text(object(input, "DeadLetterConfig") ?? {}, "TargetArn");
  if (target?.includes(":sqs:"))
    yield [{ name: "sqs:SendMessage", resource: target }, `${complaint} SendMessage on SQS`];
  if (target?.includes(":sns:")) yield [{ name: "sns:Publish", resource: target }, `${complaint} Publish on SNS`];
  if ((strings(object(input, "VpcConfig") ?? {}, "SubnetIds") ?? []).length > 0) {
    yield [{ name: "ec2:CreateNetworkInterface", resource: "*" }, `${complaint} CreateNetworkInterface on EC2`];
    yield [{ name: "ec2:DeleteNetworkInterface", resource: "*" }, `${complaint} DeleteNetworkInterface on EC2`];
  }
}

async function checkAllowed(
  roleArn: string,
  action: { name: string; resource: string },
  complaint: string,
  { aws }: RuleContext,
): Promise<void> {
  const answer = await aws.query("iam", "2010-05-08", "SimulatePrincipalPolicy", {
    // MiniStack takes a path in the ARN for a part of the role's name.
    PolicySourceArn: roleArn.replace(/:role\/.*\//, ":role/"),
    "ActionNames.member.1": action.name,
    "ResourceArns.member.1": action.resource,
  });
  if (!JSON.stringify(answer).includes('"EvalDecision":"allowed"')) throw invalidParameter(complaint);
}

const deadLetterTarget: Rule = async (input, { aws }) => {
  const target = text(object(input, "DeadLetterConfig") ?? {}, "TargetArn");
  if (!target?.includes(":sqs:")) return;
  try {
    await aws.json("sqs", "AmazonSQS.GetQueueUrl", { QueueName: target.split(":").pop() });
  } catch (error) {
    if (error instanceof AwsError && error.status < 500)
      throw invalidParameter(`The provided dead letter queue does not exist: ${target}`);
    throw error;
  }
};

const durableStays: Rule = async (input, context) => {
  if (input["DurableConfig"] === undefined) return;
  if ((await currentConfiguration(input, context))["DurableConfig"] !== undefined) return;
  throw invalidParameter("You cannot add durable configuration to a function that was created without it.");
};

const notBusy: Rule = async (input, context) => {
  const config = await currentConfiguration(input, context);
  const message =
    config["State"] === "Pending"
      ? "The operation cannot be performed at this time. The function is currently in the following state: Pending"
      : `The operation cannot be performed at this time. An update is in progress for resource: ${config["FunctionArn"]}`;
  if (config["State"] === "Pending" || config["LastUpdateStatus"] === "InProgress") {
    throw new Refusal("ResourceConflictException", message, 409);
  }
};

/** An update is checked together with the function's other settings. */
function onWhole(rule: Rule): Rule {
  return async (input, context) => rule({ ...(await currentConfiguration(input, context)), ...input }, context);
}

/** The current function. Empty when it does not exist: the API behind this one reports that better. */
async function currentConfiguration(input: Input, { aws }: RuleContext): Promise<Record<string, unknown>> {
  const { SnapStart, Layers, ...config } = await aws
    .rest("lambda", "GET", `/2015-03-31/functions/${encodeURIComponent(String(input["FunctionName"]))}/configuration`)
    .catch((error: unknown): Record<string, unknown> => {
      if (error instanceof AwsError && error.status === 404) return {};
      throw error;
    });
  const arns = (Layers as { Arn: string }[] | undefined)?.map(({ Arn }) => Arn);
  return {
    ...config,
    ...(SnapStart === undefined ? {} : { SnapStart }),
    ...(arns === undefined ? {} : { Layers: arns }),
  };
}

const always = [name, runtimeIsOpen, sizes, environment, layers, logging];

export const rules: RuleTable = {
  CreateFunction: [...always, packageType, snapStart, role, deadLetterTarget, checkArchive, checkImage],
  UpdateFunctionConfiguration: [
    ...always,
    samePackageType,
    onWhole(snapStart),
    durableStays,
    role,
    deadLetterTarget,
    notBusy,
  ],
  UpdateFunctionCode: [samePackageType, checkArchive, checkImage, notBusy],
  PublishVersion: [notBusy],
};
