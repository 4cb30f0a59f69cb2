import { orGone } from "../gone.js";
import type { ResourceContext } from "../resource.js";
import { tagState } from "../tags.js";
import type { Values } from "../values.js";
import { codeSigningPath, fromApi, functionPath } from "./lambdaApi.js";

const UNRESERVED = -1;

/** Members of the API's response that the state keeps unchanged, under the provider's names. */
const PLAIN = [
  "Handler",
  "Runtime",
  "MemorySize",
  "Timeout",
  "PackageType",
  "Role",
  "Architectures",
  "CodeSha256",
  "LastModified",
];
const NESTED = ["EphemeralStorage", "TracingConfig", "LoggingConfig", "DurableConfig"];
/** Kept only when set: otherwise, AWS returns an empty one. */
const NESTED_WHEN_SET: Readonly<Record<string, string>> = {
  Environment: "Variables",
  DeadLetterConfig: "TargetArn",
  VpcConfig: "SubnetIds",
};

interface Answer {
  readonly Configuration: Readonly<Record<string, unknown>>;
  readonly Tags?: Readonly<Record<string, string>>;
  readonly Concurrency?: { readonly ReservedConcurrentExecutions?: number };
  readonly Code?: { readonly ImageUri?: string };
}

/**
 * A function's state as the real provider keeps it. `state` has what the API does not return: `code`, `publish`, and
 * where tags came from.
 */
export async function readFunction(context: ResourceContext, name: string, state: Values): Promise<Values | undefined> {
  const found = (await orGone(context.aws.rest("lambda", "GET", functionPath(name)))) as Answer | undefined;
  if (found === undefined) return undefined;
  const config = found.Configuration;
  const arn = String(config["FunctionArn"]);
  const version = await latestVersion(context, name);
  return {
    name,
    arn,
    version,
    qualifiedArn: `${arn}:${version}`,
    invokeArn: invokeArn(context, arn),
    qualifiedInvokeArn: invokeArn(context, `${arn}:${version}`),
    responseStreamingInvokeArn: invokeArn(context, arn, "2021-11-15", "response-streaming-invocations"),
    signingJobArn: "",
    signingProfileVersionArn: "",
    sourceCodeSize: config["CodeSize"],
    sourceCodeHash: state["sourceCodeHash"] ?? config["CodeSha256"],
    reservedConcurrentExecutions: found.Concurrency?.ReservedConcurrentExecutions ?? UNRESERVED,
    ...configurationState(config),
    ...(state["imageUri"] === undefined ? {} : imageState(found.Code?.ImageUri ?? String(state["imageUri"]))),
    ...(state["imageUri"] === undefined ? await signingState(context, name) : {}),
    ...tagState(found.Tags ?? {}, state),
  };
}

async function signingState({ aws }: ResourceContext, name: string): Promise<Values> {
  const { CodeSigningConfigArn } = await aws.rest("lambda", "GET", codeSigningPath(name));
  return CodeSigningConfigArn ? { codeSigningConfigArn: CodeSigningConfigArn } : {};
}

/** AWS returns an image's digest as CodeSha256, MiniStack nothing. */
function imageState(imageUri: string): Values {
  const digest = /@sha256:([0-9a-f]+)$/.exec(imageUri)?.[1];
  return { imageUri, ...(digest === undefined ? {} : { codeSha256: digest, sourceCodeHash: digest }) };
}

function configurationState(config: Readonly<Record<string, unknown>>): Values {
  const state: Values = {};
  const keep = (member: string, value: unknown): void => {
    if (value !== undefined && value !== null) Object.assign(state, fromApi({ [member]: value }));
  };
  for (const member of [...PLAIN, ...NESTED]) keep(member, config[member]);
  for (const [member, essential] of Object.entries(NESTED_WHEN_SET)) {
    const value = config[member] as Values | undefined;
    if (!isEmpty(value?.[essential])) keep(member, value);
  }
  const layers = (config["Layers"] as { Arn: string }[] | undefined) ?? [];
  const image = (config["ImageConfigResponse"] as { ImageConfig?: Values } | undefined)?.ImageConfig;
  const snapStart = config["SnapStart"] as Values | undefined;
  const [fileSystem] = (config["FileSystemConfigs"] as Values[] | undefined) ?? [];
  if (layers.length > 0) state["layers"] = layers.map(({ Arn }) => Arn);
  if (config["Description"]) state["description"] = config["Description"];
  if (config["KMSKeyArn"]) state["kmsKeyArn"] = config["KMSKeyArn"];
  if (!isEmpty(image)) state["imageConfig"] = fromApi(image);
  if (fileSystem !== undefined) state["fileSystemConfig"] = fromApi(fileSystem);
  if (snapStart !== undefined && snapStart["ApplyOn"] !== "None") state["snapStart"] = fromApi(snapStart);
  return state;
}

async function latestVersion({ aws }: ResourceContext, name: string): Promise<string> {
  let marker: string | undefined;
  let latest = "$LATEST";
  do {
    const query = marker === undefined ? "" : `?Marker=${encodeURIComponent(marker)}`;
    const page = await aws.rest("lambda", "GET", `${functionPath(name, "versions")}${query}`);
    for (const { Version } of page["Versions"] as { Version: string }[]) {
      if (Version !== "$LATEST" && (latest === "$LATEST" || Number(Version) > Number(latest))) latest = Version;
    }
    marker = (page["NextMarker"] as string | undefined) || undefined;
  } while (marker !== undefined);
  return latest;
}

export function invokeArn(
  { region, partition }: ResourceContext,
  arn: string,
  date = "2015-03-31",
  action = "invocations",
): string {
  return `arn:${partition}:apigateway:${region}:lambda:path/${date}/functions/${arn}/${action}`;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}
