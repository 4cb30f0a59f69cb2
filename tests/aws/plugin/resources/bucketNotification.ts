import { parseXml, xmlList, xmlText } from "../../client/xml.js";
import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import { escape } from "./bucket.js";

interface FunctionNotification {
  readonly id?: string;
  readonly lambdaFunctionArn: string;
  readonly events: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
}

export const bucketNotification: ResourceType = {
  token: "aws:s3/bucketNotification:BucketNotification",
  check: (inputs) =>
    Object.keys(inputs)
      .filter((property) => !["bucket", "lambdaFunctions", "region", "__defaults"].includes(property))
      .map((property) => ({ property, reason: "not built into the stand-in" })),

  async create(context, inputs) {
    await put(context, inputs["bucket"], (inputs["lambdaFunctions"] ?? []) as FunctionNotification[]);
    return { id: String(inputs["bucket"]), state: {} };
  },

  async read({ aws }, id, state) {
    const found = await orGone(aws.restXml("GET", `/${id}?notification`));
    if (found === undefined) return undefined;
    const xml = parseXml(found.body.toString("utf8"));
    const there = ["LambdaFunctionConfiguration", "CloudFunctionConfiguration"].flatMap((name) =>
      xmlList(xml, "NotificationConfiguration", name).map((one) => xmlText(one, "CloudFunction") ?? ""),
    );
    const wanted = (state["lambdaFunctions"] ?? []) as FunctionNotification[];
    return { bucket: id, lambdaFunctions: wanted.filter((one) => there.includes(one.lambdaFunctionArn)) };
  },

  async update(context, { id, inputs }) {
    await put(context, id, (inputs["lambdaFunctions"] ?? []) as FunctionNotification[]);
    return {};
  },

  delete: (context, id) => put(context, id, []),
};

async function put(
  { aws }: ResourceContext,
  bucket: unknown,
  functions: readonly FunctionNotification[],
): Promise<void> {
  const body = functions.map(configuration).join("");
  const xml = `<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</NotificationConfiguration>`;
  await aws.restXml("PUT", `/${String(bucket)}?notification`, {}, xml);
}

function configuration({ id, lambdaFunctionArn, events, ...filter }: FunctionNotification, index: number): string {
  const rules = (["Prefix", "Suffix"] as const).flatMap((name) => {
    const value = filter[`filter${name}`];
    return value === undefined
      ? []
      : [`<FilterRule><Name>${name.toLowerCase()}</Name><Value>${escape(value)}</Value></FilterRule>`];
  });
  const filtered = rules.length === 0 ? "" : `<Filter><S3Key>${rules.join("")}</S3Key></Filter>`;
  const when = events.map((event) => `<Event>${escape(event)}</Event>`).join("");
  const name = `<Id>${escape(id ?? `uvlambda-${index}`)}</Id>`;
  const target = `<CloudFunction>${escape(lambdaFunctionArn)}</CloudFunction>`;
  return `<CloudFunctionConfiguration>${name}${target}${when}${filtered}</CloudFunctionConfiguration>`;
}
