import { randomBytes } from "node:crypto";
import { parseXml, xmlList, xmlText } from "../../client/xml.js";
import type { AwsClient } from "../../client/client.js";
import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import { tagList, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

const BUILT_IN = new Set(["bucket", "bucketPrefix", "forceDestroy", "region", "tags", "__defaults"]);

export const bucket: ResourceType = {
  token: "aws:s3/bucket:Bucket",
  autoName: { property: "bucket", maximum: 63, lowerCase: true },
  defaults: { forceDestroy: false },
  check: (inputs) =>
    Object.keys(inputs)
      .filter((property) => !BUILT_IN.has(property))
      .map((property) => ({
        property,
        reason: "not built into the stand-in (the real provider has resources of their own for most of these)",
      })),

  async create(context, inputs) {
    const name = String(inputs["bucket"] ?? String(inputs["bucketPrefix"]) + randomBytes(13).toString("hex"));
    const location = `<LocationConstraint>${context.region}</LocationConstraint>`;
    const body =
      context.region === "us-east-1" ? "" : `<CreateBucketConfiguration>${location}</CreateBucketConfiguration>`;
    await context.aws.restXml("PUT", `/${name}`, {}, body);
    await putTags(context.aws, name, inputs);
    return { id: name, state: (await readBucket(context, name, inputs)) ?? {} };
  },

  read: readBucket,

  async update(context, { id, inputs, changed }) {
    if (changed.has("tags") || changed.has("tagsAll")) await putTags(context.aws, id, inputs);
    return (await readBucket(context, id, inputs)) ?? {};
  },

  async delete({ aws }, id, state) {
    if (state["forceDestroy"] === true) await empty(aws, id);
    await aws.restXml("DELETE", `/${id}`);
  },
};

async function readBucket(
  { aws, region, partition }: ResourceContext,
  name: string,
  state: Values,
): Promise<Values | undefined> {
  if ((await orGone(aws.restXml("HEAD", `/${name}`))) === undefined) return undefined;
  const found = await orGone(aws.restXml("GET", `/${name}?tagging`));
  const tags = xmlList(found === undefined ? "" : parseXml(found.body.toString("utf8")), "Tagging", "TagSet", "Tag");
  return {
    bucket: name,
    bucketPrefix: state["bucketPrefix"] ?? "",
    arn: `arn:${partition}:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegion: region,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    objectLockEnabled: false,
    ...tagState(
      Object.fromEntries(tags.map((tag) => [xmlText(tag, "Key"), xmlText(tag, "Value")])) as Record<string, string>,
      state,
    ),
  };
}

async function putTags(aws: AwsClient, name: string, inputs: Values): Promise<void> {
  const tags = tagList(tagsOf(inputs));
  const set = tags
    .map(({ Key, Value }) => `<Tag><Key>${escape(Key)}</Key><Value>${escape(Value)}</Value></Tag>`)
    .join("");
  if (tags.length > 0) await aws.restXml("PUT", `/${name}?tagging`, {}, `<Tagging><TagSet>${set}</TagSet></Tagging>`);
  else await aws.restXml("DELETE", `/${name}?tagging`);
}

async function empty(aws: AwsClient, name: string): Promise<void> {
  for (;;) {
    const listed = parseXml((await aws.restXml("GET", `/${name}?list-type=2`)).body.toString("utf8"));
    const keys = xmlList(listed, "ListBucketResult", "Contents").map((object) => xmlText(object, "Key") ?? "");
    if (keys.length === 0) return;
    for (const key of keys) await aws.restXml("DELETE", objectPath(name, key));
  }
}

export function objectPath(bucketName: string, key: string): string {
  return `/${bucketName}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
