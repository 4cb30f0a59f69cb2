import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import type { Values } from "../values.js";

export const provisionedConcurrencyConfig: ResourceType = {
  token: "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
  defaults: { skipDestroy: false },

  async create(context, inputs) {
    await put(context, inputs);
    return { id: `${inputs["functionName"]},${inputs["qualifier"]}`, state: {} };
  },

  async read({ aws }, id, state) {
    const [functionName, qualifier] = id.split(",");
    const where = { functionName: state["functionName"] ?? functionName, qualifier: state["qualifier"] ?? qualifier };
    const found = await orGone(aws.rest("lambda", "GET", path(where)));
    if (found === undefined) return undefined;
    return { ...where, provisionedConcurrentExecutions: found["RequestedProvisionedConcurrentExecutions"] };
  },

  async update(context, { inputs }) {
    await put(context, inputs);
    return {};
  },

  async delete({ aws }, _id, state) {
    await aws.rest("lambda", "DELETE", path(state));
  },
};

async function put({ aws }: ResourceContext, inputs: Values): Promise<void> {
  await aws.rest("lambda", "PUT", path(inputs), {
    ProvisionedConcurrentExecutions: inputs["provisionedConcurrentExecutions"],
  });
}

function path(values: Values): string {
  const [name, qualifier] = [values["functionName"], values["qualifier"]].map((part) =>
    encodeURIComponent(String(part)),
  );
  return `/2019-09-30/functions/${name}/provisioned-concurrency?Qualifier=${qualifier}`;
}
