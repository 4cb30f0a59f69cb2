import { readFileValue } from "../archive.js";
import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import { tagsOf } from "../tags.js";
import type { Values } from "../values.js";
import { objectPath } from "./bucket.js";

const BUILT_IN = new Set([
  "bucket",
  "key",
  "source",
  "content",
  "contentBase64",
  "contentType",
  "sourceHash",
  "forceDestroy",
  "region",
  "tags",
  "overrideProvider",
  "__defaults",
]);
const SOURCES = ["source", "content", "contentBase64"];

export const bucketObject: ResourceType = {
  token: "aws:s3/bucketObjectv2:BucketObjectv2",
  autoName: { property: "key", maximum: 1024 },
  defaults: { forceDestroy: false },
  check: (inputs) => [
    ...(SOURCES.filter((source) => inputs[source] !== undefined).length > 1
      ? [{ property: "source", reason: `only one of ${SOURCES.join(", ")} can be specified` }]
      : []),
    ...Object.keys(inputs)
      .filter((property) => !BUILT_IN.has(property))
      .map((property) => ({ property, reason: "not built into the stand-in" })),
  ],

  async create(context, inputs) {
    await put(context, inputs);
    const [bucketName, key] = [String(inputs["bucket"]), String(inputs["key"])];
    return { id: `${bucketName}/${key}`, state: (await readObject(context, "", inputs)) ?? {} };
  },

  read: readObject,

  async update(context, { inputs }) {
    await put(context, inputs);
    return (await readObject(context, "", inputs)) ?? {};
  },

  async delete({ aws }, _id, state) {
    await aws.restXml("DELETE", objectPath(String(state["bucket"]), String(state["key"])));
  },
};

/** The object's tags, without the provider's default tags if `overrideProvider` says so. S3 refuses more than ten. */
function objectTags(inputs: Values): Record<string, string> {
  const own = inputs["overrideProvider"] === undefined ? tagsOf(inputs) : ((inputs["tags"] ?? {}) as Values);
  if (Object.keys(own).length > 10) throw new Error("BadRequest: Object tags cannot be greater than 10");
  return own as Record<string, string>;
}

async function put({ aws }: ResourceContext, inputs: Values): Promise<void> {
  const tags = new URLSearchParams(objectTags(inputs)).toString();
  const headers = {
    "content-type": String(inputs["contentType"] ?? "application/octet-stream"),
    ...(tags === "" ? {} : { "x-amz-tagging": tags }),
  };
  await aws.restXml("PUT", objectPath(String(inputs["bucket"]), String(inputs["key"])), headers, bodyOf(inputs));
}

function bodyOf(inputs: Values): Buffer {
  if (inputs["source"] !== undefined) return readFileValue("source", inputs["source"]);
  return inputs["contentBase64"] === undefined
    ? Buffer.from(String(inputs["content"] ?? ""))
    : Buffer.from(String(inputs["contentBase64"]), "base64");
}

async function readObject(
  { aws, partition }: ResourceContext,
  _id: string,
  state: Values,
): Promise<Values | undefined> {
  const [bucketName, key] = [String(state["bucket"]), String(state["key"])];
  const found = await orGone(aws.restXml("HEAD", objectPath(bucketName, key)));
  if (found === undefined) return undefined;
  return {
    bucket: bucketName,
    key,
    arn: `arn:${partition}:s3:::${bucketName}/${key}`,
    etag: (found.headers.etag ?? "").replaceAll('"', ""),
    contentType: found.headers["content-type"],
    versionId: found.headers["x-amz-version-id"] ?? "",
    storageClass: "STANDARD",
    tagsAll: objectTags(state),
  };
}
