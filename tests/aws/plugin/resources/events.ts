import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import { tagList, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

const RULE: Readonly<Record<string, string>> = {
  name: "Name",
  description: "Description",
  eventBusName: "EventBusName",
  eventPattern: "EventPattern",
  scheduleExpression: "ScheduleExpression",
  state: "State",
};
const TARGET: Readonly<Record<string, string>> = {
  arn: "Arn",
  input: "Input",
  inputPath: "InputPath",
  roleArn: "RoleArn",
};
const TARGET_INPUTS = new Set([...Object.keys(TARGET), "rule", "targetId", "eventBusName", "region", "__defaults"]);

type Events = (operation: string, body: Values) => Promise<Record<string, unknown>>;

function eventsOf({ aws }: ResourceContext): Events {
  return (operation, body) => aws.json("events", `AWSEvents.${operation}`, body);
}

function members(names: Readonly<Record<string, string>>, inputs: Values): Values {
  return Object.fromEntries(
    Object.entries(names)
      .filter(([property]) => inputs[property] !== undefined)
      .map(([property, member]) => [member, inputs[property]]),
  );
}

export const eventRule: ResourceType = {
  token: "aws:cloudwatch/eventRule:EventRule",
  autoName: { property: "name", maximum: 64 },
  defaults: { eventBusName: "default", forceDestroy: false },
  check: (inputs) =>
    inputs["eventPattern"] === undefined && inputs["scheduleExpression"] === undefined
      ? [{ property: "eventPattern", reason: "one of eventPattern, scheduleExpression must be specified" }]
      : [],

  async create(context, inputs) {
    const tags = tagList(tagsOf(inputs));
    await eventsOf(context)("PutRule", { ...members(RULE, inputs), ...(tags.length > 0 ? { Tags: tags } : {}) });
    const id = String(inputs["name"]);
    return { id, state: (await readRule(context, id, inputs)) ?? {} };
  },

  read: readRule,

  async update(context, { id, inputs }) {
    await eventsOf(context)("PutRule", members(RULE, inputs));
    return (await readRule(context, id, inputs)) ?? {};
  },

  async delete(context, id, state) {
    await eventsOf(context)("DeleteRule", { Name: id, EventBusName: state["eventBusName"] });
  },
};

async function readRule(context: ResourceContext, id: string, state: Values): Promise<Values | undefined> {
  const found = await orGone(
    eventsOf(context)("DescribeRule", { Name: id, EventBusName: state["eventBusName"] ?? "default" }),
  );
  if (found === undefined) return undefined;
  const given = Object.entries(RULE).filter(([property]) => state[property] !== undefined);
  return {
    ...Object.fromEntries(given.map(([property, member]) => [property, found[member]])),
    name: id,
    namePrefix: "",
    arn: found["Arn"],
    ...tagState(tagsOf(state), state),
  };
}

export const eventTarget: ResourceType = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  autoName: { property: "targetId", maximum: 64 },
  defaults: { eventBusName: "default", forceDestroy: false },
  check: (inputs) =>
    Object.keys(inputs)
      .filter((property) => !TARGET_INPUTS.has(property) && property !== "forceDestroy")
      .map((property) => ({ property, reason: "not built into the stand-in" })),

  async create(context, inputs) {
    await putTarget(context, inputs);
    return { id: `${String(inputs["rule"])}-${String(inputs["targetId"])}`, state: {} };
  },

  async read(context, _id, state) {
    const { Targets } =
      (await orGone(
        eventsOf(context)("ListTargetsByRule", { Rule: state["rule"], EventBusName: state["eventBusName"] }),
      )) ?? {};
    const found = ((Targets ?? []) as Record<string, unknown>[]).find(({ Id }) => Id === state["targetId"]);
    if (found === undefined) return undefined;
    return { ...state, arn: found["Arn"] };
  },

  async update(context, { inputs }) {
    await putTarget(context, inputs);
    return {};
  },

  async delete(context, _id, state) {
    await eventsOf(context)("RemoveTargets", {
      Rule: state["rule"],
      EventBusName: state["eventBusName"],
      Ids: [state["targetId"]],
    });
  },
};

async function putTarget(context: ResourceContext, inputs: Values): Promise<void> {
  await eventsOf(context)("PutTargets", {
    Rule: inputs["rule"],
    EventBusName: inputs["eventBusName"],
    Targets: [{ Id: inputs["targetId"], ...members(TARGET, inputs) }],
  });
}
