import { orGone } from "../gone.js";
import { pick, type ResourceContext, type ResourceType } from "../resource.js";
import { isObject, type Values } from "../values.js";
import { toApi } from "./lambdaApi.js";

const DEFAULT_RETRIES = 2;

export const functionEventInvokeConfig: ResourceType = {
  token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  defaults: { maximumRetryAttempts: DEFAULT_RETRIES },

  async create({ aws }, inputs) {
    await aws.rest("lambda", "PUT", path(inputs), request(inputs));
    const id = [inputs["functionName"], inputs["qualifier"]].filter((part) => part !== undefined).join(":");
    return { id, state: {} };
  },

  read: readConfig,

  async update({ aws }, { inputs }) {
    await aws.rest("lambda", "PUT", path(inputs), request(inputs));
    return {};
  },

  async delete({ aws }, _id, state) {
    await aws.rest("lambda", "DELETE", path(state));
  },
};

function path(values: Values): string {
  const query =
    values["qualifier"] === undefined ? "" : `?Qualifier=${encodeURIComponent(String(values["qualifier"]))}`;
  return `/2019-09-25/functions/${encodeURIComponent(String(values["functionName"]))}/event-invoke-config${query}`;
}

function request(inputs: Values): Values {
  return toApi(pick(inputs, "maximumEventAgeInSeconds", "maximumRetryAttempts", "destinationConfig")) as Values;
}

async function readConfig({ aws }: ResourceContext, _id: string, state: Values): Promise<Values | undefined> {
  const found = await orGone(aws.rest("lambda", "GET", path(state)));
  if (found === undefined) return undefined;
  const age = found["MaximumEventAgeInSeconds"];
  return {
    ...pick(state, "functionName", "qualifier"),
    maximumRetryAttempts: found["MaximumRetryAttempts"] ?? DEFAULT_RETRIES,
    ...(typeof age === "number" ? { maximumEventAgeInSeconds: age } : {}),
    ...destinations(found["DestinationConfig"]),
  };
}

function destinations(config: unknown): Values {
  const set: Values = {};
  for (const [member, property] of [
    ["OnFailure", "onFailure"],
    ["OnSuccess", "onSuccess"],
  ] as const) {
    const target = isObject(config) ? config[member] : undefined;
    if (isObject(target) && target["Destination"] !== undefined) set[property] = { destination: target["Destination"] };
  }
  return Object.keys(set).length === 0 ? {} : { destinationConfig: set };
}
