import { AwsError } from "../../client/client.js";
import { orGone } from "../gone.js";
import { pick, type ResourceContext, type ResourceType } from "../resource.js";
import type { Values } from "../values.js";
import { fromApi, functionPath, toApi } from "./lambdaApi.js";

export const functionUrl: ResourceType = {
  token: "aws:lambda/functionUrl:FunctionUrl",
  defaults: { invokeMode: "BUFFERED" },

  async create(context, inputs) {
    await context.aws.rest("lambda", "POST", path(inputs), request(inputs));
    if (inputs["authorizationType"] === "NONE") await allowEverybody(context, inputs);
    const id = [inputs["functionName"], inputs["qualifier"]].filter((part) => part !== undefined).join("/");
    return { id, state: (await readUrl(context, id, inputs)) ?? {} };
  },

  read: readUrl,

  async update(context, { id, inputs }) {
    await context.aws.rest("lambda", "PUT", path(inputs), { Cors: {}, ...request(inputs) });
    return (await readUrl(context, id, inputs)) ?? {};
  },

  async delete({ aws }, _id, state) {
    await aws.rest("lambda", "DELETE", path(state));
  },
};

function path(values: Values): string {
  const query =
    values["qualifier"] === undefined ? "" : `?Qualifier=${encodeURIComponent(String(values["qualifier"]))}`;
  return `/2021-10-31/functions/${encodeURIComponent(String(values["functionName"]))}/url${query}`;
}

function request(inputs: Values): Values {
  const { authorizationType, ...rest } = pick(inputs, "authorizationType", "cors", "invokeMode");
  return { AuthType: authorizationType, ...(toApi(rest) as Values) };
}

/** The provider adds this by itself when it creates a public URL. It does not remove it later. */
async function allowEverybody({ aws }: ResourceContext, inputs: Values): Promise<void> {
  const query =
    inputs["qualifier"] === undefined ? "" : `?Qualifier=${encodeURIComponent(String(inputs["qualifier"]))}`;
  const statement = {
    StatementId: "FunctionURLAllowPublicAccess",
    Action: "lambda:InvokeFunctionUrl",
    Principal: "*",
    FunctionUrlAuthType: "NONE",
  };
  try {
    await aws.rest("lambda", "POST", `${functionPath(inputs["functionName"], "policy")}${query}`, statement);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceConflictException") throw error;
  }
}

async function readUrl({ aws }: ResourceContext, id: string, state: Values): Promise<Values | undefined> {
  const [functionName, qualifier] = id.split("/");
  const where = { functionName: state["functionName"] ?? functionName, qualifier: state["qualifier"] ?? qualifier };
  const found = await orGone(aws.rest("lambda", "GET", path(where)));
  if (found === undefined) return undefined;
  const cors = found["Cors"] as Values | undefined;
  return {
    functionName: where.functionName,
    ...(where.qualifier === undefined ? {} : { qualifier: where.qualifier }),
    authorizationType: found["AuthType"],
    functionArn: found["FunctionArn"],
    functionUrl: found["FunctionUrl"],
    invokeMode: found["InvokeMode"] ?? "BUFFERED",
    urlId: new URL(String(found["FunctionUrl"])).hostname.split(".")[0],
    ...(cors === undefined || Object.keys(cors).length === 0 ? {} : { cors: fromApi(cors) }),
  };
}
