import type { Failure } from "../checkInputs.js";
import { readFileValue } from "../archive.js";
import { anyOf, FUNCTION_CODE, FUNCTION_CONFIGURATION } from "../replacement.js";
import type { Change, ResourceContext, ResourceType } from "../resource.js";
import { tagChange, tagsOf } from "../tags.js";
import { UNKNOWN, type Values } from "../values.js";
import { readFunction } from "./functionState.js";
import { apiName, codeSigningPath, functionPath, newFunctionPath, toApi, waitForFunction } from "./lambdaApi.js";

const UNRESERVED = -1;
const MOST_LAYERS = 5;
const SOURCES = ["code", "imageUri", "s3Bucket"];

/** Inputs that both CreateFunction and UpdateFunctionConfiguration take, as `{Name: value}`. */
const CONFIGURATION = FUNCTION_CONFIGURATION.map((row) => row.property);

/** What UpdateFunctionConfiguration gets for a removed property. */
const CLEARED: Values = {
  description: "",
  environment: { Variables: {} },
  deadLetterConfig: { TargetArn: "" },
  layers: [],
  vpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
  kmsKeyArn: "",
  snapStart: { ApplyOn: "None" },
  imageConfig: {},
  fileSystemConfig: [],
};

export const lambdaFunction: ResourceType = {
  token: "aws:lambda/function:Function",
  autoName: { property: "name", maximum: 64 },
  defaults: {
    memorySize: 128,
    packageType: "Zip",
    publish: false,
    reservedConcurrentExecutions: UNRESERVED,
    skipDestroy: false,
    timeout: 3,
  },
  check: checkFunction,

  async create(context, inputs) {
    const name = String(inputs["name"]);
    const tags = tagsOf(inputs);
    await context.aws.rest("lambda", "POST", newFunctionPath(), {
      FunctionName: name,
      PackageType: inputs["packageType"],
      Publish: inputs["publish"],
      Code: codeRequest(inputs),
      ...configurationRequest(
        inputs,
        CONFIGURATION.filter((property) => inputs[property] !== undefined),
      ),
      ...(inputs["architectures"] === undefined ? {} : { Architectures: inputs["architectures"] }),
      ...(inputs["tenancyConfig"] === undefined ? {} : { TenancyConfig: toApi(inputs["tenancyConfig"]) }),
      ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
    });
    await waitForFunction(context, name);
    // MiniStack forgets it in CreateFunction.
    if (inputs["codeSigningConfigArn"] !== undefined) await sign(context, name, inputs["codeSigningConfigArn"]);
    if (inputs["reservedConcurrentExecutions"] !== UNRESERVED)
      await reserve(context, name, inputs["reservedConcurrentExecutions"]);
    return { id: name, state: (await readFunction(context, name, inputs)) ?? {} };
  },

  read: (context, id, state) => readFunction(context, id, state),
  update: updateFunction,

  async delete(context, id) {
    await context.aws.rest("lambda", "DELETE", functionPath(id));
  },

  recomputed(changed, inputs) {
    const moved = anyOf(FUNCTION_CODE, changed) || anyOf(FUNCTION_CONFIGURATION, changed);
    const published = inputs["publish"] === true && (moved || changed.has("publish"));
    return [
      ...(moved ? ["lastModified"] : []),
      ...(published ? ["version", "qualifiedArn", "qualifiedInvokeArn"] : []),
    ];
  },
};

/** The order is the real provider's: configuration, then code, then a version. */
async function updateFunction(context: ResourceContext, change: Change): Promise<Values> {
  const { id, state, inputs, changed } = change;
  const { aws } = context;
  await changeTags(context, change);
  if (changed.has("codeSigningConfigArn")) await sign(context, id, inputs["codeSigningConfigArn"]);
  const configuration = anyOf(FUNCTION_CONFIGURATION, changed);
  if (configuration) {
    const properties = CONFIGURATION.filter((property) => changed.has(property));
    await aws.rest("lambda", "PUT", functionPath(id, "configuration"), configurationRequest(inputs, properties));
    await waitForFunction(context, id);
  }
  const code = anyOf(FUNCTION_CODE, changed);
  if (code) {
    const architectures = changed.has("architectures") ? { Architectures: inputs["architectures"] ?? ["x86_64"] } : {};
    await aws.rest("lambda", "PUT", functionPath(id, "code"), { ...codeRequest(inputs), ...architectures });
    await waitForFunction(context, id);
  }
  if (changed.has("reservedConcurrentExecutions")) await reserve(context, id, inputs["reservedConcurrentExecutions"]);
  if (inputs["publish"] === true && (configuration || code || changed.has("publish"))) {
    const { Version } = await aws.rest("lambda", "POST", functionPath(id, "versions"), {});
    await waitForFunction(context, id, String(Version));
  }
  return (await readFunction(context, id, { ...state, ...inputs })) ?? {};
}

function configurationRequest(inputs: Values, properties: readonly string[]): Values {
  const request: Values = {};
  for (const property of properties) {
    const value = inputs[property];
    if (property === "fileSystemConfig") request["FileSystemConfigs"] = value === undefined ? [] : [toApi(value)];
    else request[apiName(property)] = value === undefined ? CLEARED[property] : toApi(value);
  }
  return request;
}

function codeRequest(inputs: Values): Values {
  const key = inputs["sourceKmsKeyArn"] === undefined ? {} : { SourceKMSKeyArn: inputs["sourceKmsKeyArn"] };
  if (inputs["imageUri"] !== undefined) return { ImageUri: inputs["imageUri"] };
  if (inputs["code"] !== undefined)
    return { ZipFile: readFileValue("code", inputs["code"]).toString("base64"), ...key };
  const version = inputs["s3ObjectVersion"] === undefined ? {} : { S3ObjectVersion: inputs["s3ObjectVersion"] };
  return { S3Bucket: inputs["s3Bucket"], S3Key: inputs["s3Key"], ...version, ...key };
}

async function reserve({ aws }: ResourceContext, name: string, executions: unknown): Promise<void> {
  const path = `/2017-10-31/functions/${encodeURIComponent(name)}/concurrency`;
  if (executions === UNRESERVED) await aws.rest("lambda", "DELETE", path);
  else await aws.rest("lambda", "PUT", path, { ReservedConcurrentExecutions: executions });
}

async function sign({ aws }: ResourceContext, name: string, config: unknown): Promise<void> {
  if (config === undefined) await aws.rest("lambda", "DELETE", codeSigningPath(name));
  else await aws.rest("lambda", "PUT", codeSigningPath(name), { CodeSigningConfigArn: config });
}

async function changeTags({ aws }: ResourceContext, { state, inputs }: Change): Promise<void> {
  const { set, removed } = tagChange(state, inputs);
  const path = `/2017-03-31/tags/${encodeURIComponent(String(state["arn"]))}`;
  const query = removed.map((key) => `tagKeys=${encodeURIComponent(key)}`).join("&");
  if (removed.length > 0) await aws.rest("lambda", "DELETE", `${path}?${query}`);
  if (Object.keys(set).length > 0) await aws.rest("lambda", "POST", path, { Tags: set });
}

/** The provider's own checks; unknown values pass. */
function checkFunction(inputs: Values): Failure[] {
  const failures: Failure[] = [];
  const refuse = (property: string, reason: string): number => failures.push({ property, reason });
  const given = SOURCES.filter((source) => inputs[source] !== undefined);
  if (given.length !== 1)
    refuse(
      "code",
      `one of ${SOURCES.join(", ")} must be specified, got ${given.length === 0 ? "none" : given.join(", ")}`,
    );
  if (inputs["s3Bucket"] !== undefined && inputs["s3Key"] === undefined)
    refuse("s3Key", "all of s3Bucket, s3Key must be specified");
  const image = inputs["packageType"] === "Image";
  if (!image && inputs["packageType"] !== UNKNOWN) {
    for (const property of ["handler", "runtime"]) {
      if (inputs[property] === undefined) refuse(property, "handler and runtime must be set when PackageType is Zip");
    }
  }
  if (image && inputs["imageUri"] === undefined) refuse("imageUri", "imageUri must be set when PackageType is Image");
  const within = (property: string, low: number, high: number): void => {
    const value = Number(inputs[property]);
    if (Number.isNaN(value) || (value >= low && value <= high)) return;
    refuse(property, `expected ${property} to be in the range (${low} - ${high}), got ${inputs[property]}`);
  };
  within("memorySize", 128, inputs["capacityProviderConfig"] === undefined ? 10_240 : 32_768);
  within("timeout", 1, 900);
  within("reservedConcurrentExecutions", UNRESERVED, Number.MAX_SAFE_INTEGER);
  if (Array.isArray(inputs["layers"]) && inputs["layers"].length > MOST_LAYERS) {
    refuse("layers", `expected at most ${MOST_LAYERS} layers, got ${inputs["layers"].length}`);
  }
  const name = String(inputs["name"]);
  if (inputs["name"] !== UNKNOWN && !/^[a-zA-Z0-9-_]{1,64}$/.test(name))
    refuse("name", `${name} is no valid function name`);
  return failures;
}
