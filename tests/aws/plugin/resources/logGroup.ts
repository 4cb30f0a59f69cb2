import { randomBytes } from "node:crypto";
import type { ResourceContext, ResourceType } from "../resource.js";
import { tagChange, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

type Logs = (operation: string, body: Values) => Promise<Record<string, unknown>>;

function logsOf({ aws }: ResourceContext): Logs {
  return (operation, body) => aws.json("logs", `Logs_20140328.${operation}`, body);
}

export const logGroup: ResourceType = {
  token: "aws:cloudwatch/logGroup:LogGroup",
  autoName: { property: "name", maximum: 512 },
  defaults: { retentionInDays: 0, skipDestroy: false },
  check: (inputs) => {
    const days = inputs["retentionInDays"];
    if (typeof days !== "number" || RETENTION_DAYS.includes(days)) return [];
    return [
      {
        property: "retentionInDays",
        reason: `expected retention_in_days to be one of [${RETENTION_DAYS.join(" ")}], got ${days}`,
      },
    ];
  },

  async create(context, inputs) {
    const logs = logsOf(context);
    const logGroupName = String(inputs["name"] ?? uniqueName(String(inputs["namePrefix"])));
    const tags = tagsOf(inputs);
    await logs("CreateLogGroup", {
      logGroupName,
      ...(inputs["kmsKeyId"] === undefined ? {} : { kmsKeyId: inputs["kmsKeyId"] }),
      ...(inputs["logGroupClass"] === undefined ? {} : { logGroupClass: inputs["logGroupClass"] }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    });
    if (inputs["retentionInDays"] !== 0) {
      await logs("PutRetentionPolicy", { logGroupName, retentionInDays: inputs["retentionInDays"] });
    }
    return { id: logGroupName, state: (await readLogGroup(context, logGroupName, inputs)) ?? {} };
  },

  read: (context, id, state) => readLogGroup(context, id, state),

  async update(context, { id, state, inputs, changed }) {
    const logs = logsOf(context);
    if (changed.has("retentionInDays")) {
      const retentionInDays = inputs["retentionInDays"];
      if (retentionInDays === 0) await logs("DeleteRetentionPolicy", { logGroupName: id });
      else await logs("PutRetentionPolicy", { logGroupName: id, retentionInDays });
    }
    if (changed.has("kmsKeyId")) {
      if (inputs["kmsKeyId"] === undefined) await logs("DisassociateKmsKey", { logGroupName: id });
      else await logs("AssociateKmsKey", { logGroupName: id, kmsKeyId: inputs["kmsKeyId"] });
    }
    const { set, removed } = tagChange(state, inputs);
    if (removed.length > 0) await logs("UntagResource", { resourceArn: state["arn"], tagKeys: removed });
    if (Object.keys(set).length > 0) await logs("TagResource", { resourceArn: state["arn"], tags: set });
    return (await readLogGroup(context, id, inputs)) ?? {};
  },

  async delete(context, id) {
    await logsOf(context)("DeleteLogGroup", { logGroupName: id });
  },
};

interface Described {
  readonly logGroupName: string;
  readonly arn: string;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  readonly logGroupClass?: string;
}

/** The provider's rule: the prefix and 26 unique characters. */
function uniqueName(prefix: string): string {
  return prefix + randomBytes(13).toString("hex");
}

async function readLogGroup(context: ResourceContext, name: string, state: Values): Promise<Values | undefined> {
  const logs = logsOf(context);
  const { logGroups } = await logs("DescribeLogGroups", { logGroupNamePrefix: name });
  const found = (logGroups as Described[]).find((group) => group.logGroupName === name);
  if (found === undefined) return undefined;
  // The API names groups with a trailing ":*" in one of its answers; the provider's arn has none.
  const arn = found.arn.replace(/:\*$/, "");
  const { tags } = await logs("ListTagsForResource", { resourceArn: arn });
  return {
    name,
    namePrefix: state["namePrefix"] ?? "",
    arn,
    retentionInDays: found.retentionInDays ?? 0,
    logGroupClass: found.logGroupClass ?? "STANDARD",
    ...(found.kmsKeyId === undefined ? {} : { kmsKeyId: found.kmsKeyId }),
    ...tagState((tags ?? {}) as Record<string, string>, state),
  };
}
