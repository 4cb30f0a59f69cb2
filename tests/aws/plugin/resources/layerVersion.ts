import { readFileValue } from "../archive.js";
import { orGone } from "../gone.js";
import { pick, type ResourceContext, type ResourceType } from "../resource.js";
import type { Values } from "../values.js";
import { toApi } from "./lambdaApi.js";

export const layerVersion: ResourceType = {
  token: "aws:lambda/layerVersion:LayerVersion",
  defaults: { skipDestroy: false },
  check: (inputs) => {
    const given = ["code", "s3Bucket"].filter((source) => inputs[source] !== undefined);
    return given.length === 1 ? [] : [{ property: "code", reason: "one of code, s3Bucket must be specified" }];
  },

  async create(context, inputs) {
    const content =
      inputs["code"] === undefined
        ? toApi(pick(inputs, "s3Bucket", "s3Key", "s3ObjectVersion"))
        : { ZipFile: readFileValue("code", inputs["code"]).toString("base64") };
    const settings = pick(inputs, "description", "licenseInfo", "compatibleRuntimes", "compatibleArchitectures");
    const made = await context.aws.rest("lambda", "POST", path(String(inputs["layerName"])), {
      Content: content,
      ...(toApi(settings) as object),
    });
    const id = String(made["LayerVersionArn"]);
    return { id, state: (await readLayer(context, id, inputs)) ?? {} };
  },

  read: readLayer,

  async delete({ aws }, id) {
    const { layer, version } = parse(id);
    await aws.rest("lambda", "DELETE", `${path(layer)}/${version}`);
  },
};

function path(layer: string): string {
  return `/2018-10-31/layers/${encodeURIComponent(layer)}/versions`;
}

function parse(arn: string): { layer: string; version: string } {
  const parts = arn.split(":");
  return { layer: parts[6] ?? "", version: parts[7] ?? "" };
}

async function readLayer({ aws }: ResourceContext, arn: string, state: Values): Promise<Values | undefined> {
  const { layer, version } = parse(arn);
  const found = await orGone(aws.rest("lambda", "GET", `${path(layer)}/${version}`));
  if (found === undefined) return undefined;
  const content = found["Content"] as { CodeSha256: string; CodeSize: number };
  const list = (member: string): string[] => (found[member] as string[] | undefined) ?? [];
  return {
    layerName: layer,
    arn,
    version,
    layerArn: found["LayerArn"],
    createdDate: found["CreatedDate"],
    codeSha256: content.CodeSha256,
    sourceCodeHash: state["sourceCodeHash"] ?? content.CodeSha256,
    sourceCodeSize: content.CodeSize,
    signingJobArn: "",
    signingProfileVersionArn: "",
    ...(list("CompatibleRuntimes").length > 0 ? { compatibleRuntimes: list("CompatibleRuntimes") } : {}),
    ...(list("CompatibleArchitectures").length > 0 ? { compatibleArchitectures: list("CompatibleArchitectures") } : {}),
    ...(found["Description"] ? { description: found["Description"] } : {}),
    ...(found["LicenseInfo"] ? { licenseInfo: found["LicenseInfo"] } : {}),
  };
}
