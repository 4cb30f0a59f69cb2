import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import type { Values } from "../values.js";

/** One kind of resource of API Gateway's HTTP APIs: its path in the API, and its properties under the API's names. */
interface Kind {
  readonly token: string;
  /** The path for creating resources of this kind, below the API that they belong to. */
  readonly collection: (values: Values) => string;
  /** Input to member of the request. Members of the response have the same names. */
  readonly members: Readonly<Record<string, string>>;
  readonly idMember: string;
  readonly defaults?: Values;
  readonly autoName?: ResourceType["autoName"];
  /** Outputs beyond the inputs. */
  readonly outputs?: (context: ResourceContext, id: string, answer: Values, state: Values) => Promise<Values>;
}

const APIS = "/v2/apis";

function ofApi(part: string): (values: Values) => string {
  return (values) => `${APIS}/${encodeURIComponent(String(values["apiId"]))}/${part}`;
}

function resourceType(kind: Kind): ResourceType {
  const at = (values: Values, id: string): string => `${kind.collection(values)}/${encodeURIComponent(id)}`;
  const request = (inputs: Values): Values =>
    Object.fromEntries(
      Object.entries(kind.members)
        .filter(([property]) => inputs[property] !== undefined)
        .map(([property, member]) => [member, inputs[property]]),
    );
  const read = async (context: ResourceContext, id: string, state: Values): Promise<Values | undefined> => {
    const answer = await orGone(context.aws.rest("apigateway", "GET", at(state, id)));
    if (answer === undefined) return undefined;
    const kept = Object.entries(kind.members).filter(([property]) => state[property] !== undefined);
    return {
      ...(state["apiId"] === undefined ? {} : { apiId: state["apiId"] }),
      ...Object.fromEntries(kept.map(([property, member]) => [property, answer[member]])),
      ...(await kind.outputs?.(context, id, answer, state)),
    };
  };
  return {
    token: kind.token,
    ...(kind.defaults === undefined ? {} : { defaults: kind.defaults }),
    ...(kind.autoName === undefined ? {} : { autoName: kind.autoName }),
    check: (inputs) =>
      Object.keys(inputs)
        .filter((property) => !["apiId", "region", "__defaults"].includes(property) && !(property in kind.members))
        .map((property) => ({ property, reason: "not built into the stand-in" })),
    async create(context, inputs) {
      const answer = await context.aws.rest("apigateway", "POST", kind.collection(inputs), request(inputs));
      const id = String(answer[kind.idMember]);
      return { id, state: (await read(context, id, inputs)) ?? {} };
    },
    read,
    async update(context, { id, inputs }) {
      await context.aws.rest("apigateway", "PATCH", at(inputs, id), request(inputs));
      return (await read(context, id, inputs)) ?? {};
    },
    async delete({ aws }, id, state) {
      await aws.rest("apigateway", "DELETE", at(state, id));
    },
  };
}

export const api = resourceType({
  token: "aws:apigatewayv2/api:Api",
  autoName: { property: "name", maximum: 128 },
  collection: () => APIS,
  idMember: "apiId",
  members: { name: "name", protocolType: "protocolType", description: "description" },
  outputs: async ({ region, partition, accountId }, id, answer) => ({
    arn: `arn:${partition}:apigateway:${region}::/apis/${id}`,
    apiEndpoint: answer["apiEndpoint"],
    executionArn: `arn:${partition}:execute-api:${region}:${await accountId()}:${id}`,
    apiKeySelectionExpression: "$request.header.x-api-key",
    routeSelectionExpression: "$request.method $request.path",
    ipAddressType: "ipv4",
  }),
});

export const integration = resourceType({
  token: "aws:apigatewayv2/integration:Integration",
  collection: ofApi("integrations"),
  idMember: "integrationId",
  members: {
    integrationType: "integrationType",
    integrationUri: "integrationUri",
    integrationMethod: "integrationMethod",
    payloadFormatVersion: "payloadFormatVersion",
    timeoutMilliseconds: "timeoutInMillis",
  },
  defaults: { payloadFormatVersion: "1.0" },
});

export const route = resourceType({
  token: "aws:apigatewayv2/route:Route",
  collection: ofApi("routes"),
  idMember: "routeId",
  members: { routeKey: "routeKey", target: "target", authorizationType: "authorizationType" },
  defaults: { authorizationType: "NONE" },
});

export const stage = resourceType({
  token: "aws:apigatewayv2/stage:Stage",
  autoName: { property: "name", maximum: 128 },
  collection: ofApi("stages"),
  idMember: "stageName",
  members: { name: "stageName", autoDeploy: "autoDeploy", description: "description" },
  outputs: async ({ region, partition, accountId }, id, answer, { apiId }) => ({
    arn: `arn:${partition}:apigateway:${region}::/apis/${String(apiId)}/stages/${id}`,
    executionArn: `arn:${partition}:execute-api:${region}:${await accountId()}:${String(apiId)}/${id}`,
    invokeUrl: `https://${String(apiId)}.execute-api.${region}.amazonaws.com/${id === "$default" ? "" : id}`,
    deploymentId: answer["deploymentId"] ?? "",
  }),
});
