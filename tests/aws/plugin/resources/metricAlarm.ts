import type { ResourceContext, ResourceType } from "../resource.js";
import { tagList, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

/** Property to member of PutMetricAlarm, where dimensions and tags are lists of pairs. */
const MEMBERS: Readonly<Record<string, string>> = {
  actionsEnabled: "ActionsEnabled",
  alarmActions: "AlarmActions",
  alarmDescription: "AlarmDescription",
  comparisonOperator: "ComparisonOperator",
  datapointsToAlarm: "DatapointsToAlarm",
  evaluationPeriods: "EvaluationPeriods",
  insufficientDataActions: "InsufficientDataActions",
  metricName: "MetricName",
  name: "AlarmName",
  namespace: "Namespace",
  okActions: "OKActions",
  period: "Period",
  statistic: "Statistic",
  threshold: "Threshold",
  treatMissingData: "TreatMissingData",
  unit: "Unit",
};
const BUILT_IN = new Set([...Object.keys(MEMBERS), "dimensions", "tags", "region", "__defaults"]);

type CloudWatch = (operation: string, body: Values) => Promise<Record<string, unknown>>;

function cloudWatchOf({ aws }: ResourceContext): CloudWatch {
  return (operation, body) => aws.json("monitoring", `GraniteServiceVersion20100801.${operation}`, body);
}

export const metricAlarm: ResourceType = {
  token: "aws:cloudwatch/metricAlarm:MetricAlarm",
  autoName: { property: "name", maximum: 255 },
  defaults: { actionsEnabled: true, treatMissingData: "missing" },
  check: (inputs) =>
    Object.keys(inputs)
      .filter((property) => !BUILT_IN.has(property))
      .map((property) => ({ property, reason: "not built into the stand-in" })),

  async create(context, inputs) {
    const id = String(inputs["name"]);
    const tags = tagList(tagsOf(inputs));
    await cloudWatchOf(context)("PutMetricAlarm", { ...request(inputs), ...(tags.length > 0 ? { Tags: tags } : {}) });
    return { id, state: (await readAlarm(context, id, inputs)) ?? {} };
  },

  read: readAlarm,

  async update(context, { id, inputs, changed }) {
    if (changed.has("tags")) throw new Error("tags of an alarm: changing them is not built into the stand-in");
    await cloudWatchOf(context)("PutMetricAlarm", request(inputs));
    return (await readAlarm(context, id, inputs)) ?? {};
  },

  async delete(context, id) {
    await cloudWatchOf(context)("DeleteAlarms", { AlarmNames: [id] });
  },
};

function request(inputs: Values): Values {
  const given = Object.entries(MEMBERS).filter(([property]) => inputs[property] !== undefined);
  const dimensions = Object.entries((inputs["dimensions"] ?? {}) as Record<string, string>);
  return {
    ...Object.fromEntries(given.map(([property, member]) => [member, inputs[property]])),
    ...(dimensions.length > 0 ? { Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })) } : {}),
  };
}

async function readAlarm(context: ResourceContext, name: string, state: Values): Promise<Values | undefined> {
  const { MetricAlarms } = await cloudWatchOf(context)("DescribeAlarms", { AlarmNames: [name] });
  const [alarm] = (MetricAlarms ?? []) as Record<string, unknown>[];
  if (alarm === undefined) return undefined;
  const kept = Object.entries(MEMBERS).filter(([property]) => state[property] !== undefined);
  const dimensions = (alarm["Dimensions"] ?? []) as { readonly Name: string; readonly Value: string }[];
  return {
    ...Object.fromEntries(kept.map(([property, member]) => [property, alarm[member]])),
    name,
    arn: alarm["AlarmArn"],
    ...(dimensions.length > 0
      ? { dimensions: Object.fromEntries(dimensions.map((one) => [one.Name, one.Value])) }
      : {}),
    evaluateLowSampleCountPercentiles: "",
    ...tagState(tagsOf(state), state),
  };
}
