import { orGone } from "../gone.js";
import { pick, type ResourceContext, type ResourceType } from "../resource.js";
import { tagState, tagsOf } from "../tags.js";
import type { Values } from "../values.js";
import { fromApi, toApi } from "./lambdaApi.js";

const MAPPINGS = "/2015-03-31/event-source-mappings";
const INPUTS = [
  "batchSize",
  "enabled",
  "eventSourceArn",
  "filterCriteria",
  "functionName",
  "functionResponseTypes",
  "maximumBatchingWindowInSeconds",
  "scalingConfig",
];

export const eventSourceMapping: ResourceType = {
  token: "aws:lambda/eventSourceMapping:EventSourceMapping",
  defaults: { enabled: true },
  check: (inputs) =>
    Object.keys(inputs)
      .filter((property) => ![...INPUTS, "tags", "region", "__defaults"].includes(property))
      .map((property) => ({ property, reason: "not built into the stand-in" })),

  async create(context, inputs) {
    const tags = tagsOf(inputs);
    const body = { ...request(inputs), ...(Object.keys(tags).length > 0 ? { Tags: tags } : {}) };
    const made = await context.aws.rest("lambda", "POST", `${MAPPINGS}/`, body);
    const id = String(made["UUID"]);
    return { id, state: (await readMapping(context, id, inputs)) ?? {} };
  },

  read: readMapping,

  async update(context, { id, inputs }) {
    const { EventSourceArn: _fixed, ...changeable } = request(inputs);
    await context.aws.rest("lambda", "PUT", `${MAPPINGS}/${id}`, changeable);
    return (await readMapping(context, id, inputs)) ?? {};
  },

  async delete({ aws }, id) {
    await aws.rest("lambda", "DELETE", `${MAPPINGS}/${id}`);
  },
};

function request(inputs: Values): Values {
  return toApi(pick(inputs, ...INPUTS)) as Values;
}

async function readMapping({ aws }: ResourceContext, id: string, state: Values): Promise<Values | undefined> {
  const found = await orGone(aws.rest("lambda", "GET", `${MAPPINGS}/${id}`));
  if (found === undefined) return undefined;
  const { enabled: _enabled, functionName, ...rest } = pick(state, ...INPUTS);
  const known = fromApi(pick(found, ...Object.keys(rest).map((name) => name.charAt(0).toUpperCase() + name.slice(1))));
  return {
    ...(known as Values),
    functionName,
    arn: found["EventSourceMappingArn"],
    uuid: id,
    enabled: found["State"] !== "Disabled" && found["State"] !== "Disabling",
    functionArn: found["FunctionArn"],
    state: found["State"],
    stateTransitionReason: found["StateTransitionReason"],
    lastModified: String(found["LastModified"]),
    lastProcessingResult: found["LastProcessingResult"],
    ...tagState(tagsOf(state), state),
  };
}
