import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import { tagChange, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

/** Inputs that SQS keeps as attributes, and how the state shows them. */
const ATTRIBUTES: readonly (readonly [string, string, "text" | "number" | "boolean"])[] = [
  ["contentBasedDeduplication", "ContentBasedDeduplication", "boolean"],
  ["deduplicationScope", "DeduplicationScope", "text"],
  ["delaySeconds", "DelaySeconds", "number"],
  ["fifoQueue", "FifoQueue", "boolean"],
  ["fifoThroughputLimit", "FifoThroughputLimit", "text"],
  ["kmsDataKeyReusePeriodSeconds", "KmsDataKeyReusePeriodSeconds", "number"],
  ["kmsMasterKeyId", "KmsMasterKeyId", "text"],
  ["maxMessageSize", "MaximumMessageSize", "number"],
  ["messageRetentionSeconds", "MessageRetentionPeriod", "number"],
  ["policy", "Policy", "text"],
  ["receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", "number"],
  ["redriveAllowPolicy", "RedriveAllowPolicy", "text"],
  ["redrivePolicy", "RedrivePolicy", "text"],
  ["sqsManagedSseEnabled", "SqsManagedSseEnabled", "boolean"],
  ["visibilityTimeoutSeconds", "VisibilityTimeout", "number"],
];

type Sqs = (operation: string, body: Values) => Promise<Record<string, unknown>>;

function sqsOf({ aws }: ResourceContext): Sqs {
  return (operation, body) => aws.json("sqs", `AmazonSQS.${operation}`, body);
}

export const queue: ResourceType = {
  token: "aws:sqs/queue:Queue",
  autoName: { property: "name", maximum: 80 },
  defaults: {
    contentBasedDeduplication: false,
    delaySeconds: 0,
    fifoQueue: false,
    maxMessageSize: 262_144,
    messageRetentionSeconds: 345_600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  check: (inputs) =>
    inputs["kmsMasterKeyId"] !== undefined && inputs["sqsManagedSseEnabled"] !== undefined
      ? [{ property: "kmsMasterKeyId", reason: "conflicts with sqsManagedSseEnabled" }]
      : [],

  async create(context, inputs) {
    const tags = tagsOf(inputs);
    const made = await sqsOf(context)("CreateQueue", {
      QueueName: inputs["name"],
      Attributes: attributes(inputs, (name) => inputs[name] !== undefined && inputs[name] !== false),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    });
    const url = String(made["QueueUrl"]);
    return { id: url, state: (await readQueue(context, url, inputs)) ?? {} };
  },

  read: readQueue,

  async update(context, { id, state, inputs, changed }) {
    const sqs = sqsOf(context);
    const changes = attributes(inputs, (name) => changed.has(name));
    if (Object.keys(changes).length > 0) await sqs("SetQueueAttributes", { QueueUrl: id, Attributes: changes });
    const { set, removed } = tagChange(state, inputs);
    if (removed.length > 0) await sqs("UntagQueue", { QueueUrl: id, TagKeys: removed });
    if (Object.keys(set).length > 0) await sqs("TagQueue", { QueueUrl: id, Tags: set });
    return (await readQueue(context, id, inputs)) ?? {};
  },

  async delete(context, id) {
    await sqsOf(context)("DeleteQueue", { QueueUrl: id });
  },
};

function attributes(inputs: Values, wanted: (name: string) => boolean): Record<string, string> {
  const chosen = ATTRIBUTES.filter(([property]) => wanted(property));
  return Object.fromEntries(chosen.map(([property, attribute]) => [attribute, String(inputs[property] ?? "")]));
}

async function readQueue(context: ResourceContext, url: string, state: Values): Promise<Values | undefined> {
  const sqs = sqsOf(context);
  const found = await orGone(sqs("GetQueueAttributes", { QueueUrl: url, AttributeNames: ["All"] }));
  if (found === undefined) return undefined;
  const given = (found["Attributes"] ?? {}) as Record<string, string>;
  const { Tags } = await sqs("ListQueueTags", { QueueUrl: url });
  const known = ATTRIBUTES.filter(([, attribute]) => given[attribute] !== undefined);
  return {
    name: url.split("/").pop(),
    url,
    arn: given["QueueArn"],
    fifoQueue: false,
    contentBasedDeduplication: false,
    ...Object.fromEntries(known.map(([property, attribute, kind]) => [property, typed(kind, given[attribute] ?? "")])),
    ...tagState((Tags ?? {}) as Record<string, string>, state),
  };
}

function typed(kind: "text" | "number" | "boolean", value: string): unknown {
  if (kind === "text") return value;
  return kind === "number" ? Number(value) : value === "true";
}
