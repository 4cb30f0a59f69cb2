import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import { isObject, type Values } from "../values.js";
import { functionPath } from "./lambdaApi.js";
import { invokeArn } from "./functionState.js";

export const alias: ResourceType = {
  token: "aws:lambda/alias:Alias",
  autoName: { property: "name", maximum: 128 },

  async create(context, inputs) {
    const body = { Name: inputs["name"], ...request(inputs) };
    const made = await context.aws.rest("lambda", "POST", functionPath(inputs["functionName"], "aliases"), body);
    return { id: String(made["AliasArn"]), state: stateOf(context, made, inputs) };
  },

  async read(context, id, state) {
    const [functionName, name] = [state["functionName"] ?? id.split(":")[6], state["name"] ?? id.split(":")[7]];
    const found = await orGone(context.aws.rest("lambda", "GET", functionPath(functionName, "aliases", String(name))));
    return found === undefined ? undefined : stateOf(context, found, { functionName });
  },

  async update(context, { inputs }) {
    const path = functionPath(inputs["functionName"], "aliases", String(inputs["name"]));
    return stateOf(context, await context.aws.rest("lambda", "PUT", path, request(inputs)), inputs);
  },

  async delete({ aws }, _id, state) {
    await aws.rest("lambda", "DELETE", functionPath(state["functionName"], "aliases", String(state["name"])));
  },
};

function request(inputs: Values): Values {
  const weights = isObject(inputs["routingConfig"]) ? inputs["routingConfig"]["additionalVersionWeights"] : undefined;
  return {
    FunctionVersion: inputs["functionVersion"],
    Description: inputs["description"] ?? "",
    RoutingConfig: { AdditionalVersionWeights: weights ?? {} },
  };
}

function stateOf(context: ResourceContext, answer: Record<string, unknown>, given: Values): Values {
  const weights =
    (answer["RoutingConfig"] as { AdditionalVersionWeights?: Values } | undefined)?.AdditionalVersionWeights ?? {};
  const arn = String(answer["AliasArn"]);
  return {
    arn,
    name: answer["Name"],
    functionName: given["functionName"],
    functionVersion: answer["FunctionVersion"],
    invokeArn: invokeArn(context, arn),
    ...(answer["Description"] ? { description: answer["Description"] } : {}),
    ...(Object.keys(weights).length > 0 ? { routingConfig: { additionalVersionWeights: weights } } : {}),
  };
}
