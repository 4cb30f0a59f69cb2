import { orGone } from "../gone.js";
import { pick, type ResourceContext, type ResourceType } from "../resource.js";
import type { Values } from "../values.js";
import { functionPath, toApi } from "./lambdaApi.js";

const API_INPUTS = [
  "action",
  "principal",
  "statementId",
  "eventSourceToken",
  "functionUrlAuthType",
  "invokedViaFunctionUrl",
  "sourceAccount",
  "sourceArn",
];

export const permission: ResourceType = {
  token: "aws:lambda/permission:Permission",
  autoName: { property: "statementId", maximum: 100 },

  async create({ aws }, inputs) {
    const organisation = inputs["principalOrgId"] === undefined ? {} : { PrincipalOrgID: inputs["principalOrgId"] };
    const body = { ...(toApi(pick(inputs, ...API_INPUTS)) as Values), ...organisation };
    await aws.rest("lambda", "POST", `${functionPath(inputs["function"], "policy")}${qualifier(inputs)}`, body);
    return { id: String(inputs["statementId"]), state: { statementIdPrefix: "" } };
  },

  read: async (context, id, state) => ((await isThere(context, id, state)) ? { ...state } : undefined),

  async delete({ aws }, id, state) {
    const path = functionPath(state["function"], "policy", encodeURIComponent(id));
    await aws.rest("lambda", "DELETE", `${path}${qualifier(state)}`);
  },
};

async function isThere({ aws }: ResourceContext, id: string, state: Values): Promise<boolean> {
  const found = await orGone(
    aws.rest("lambda", "GET", `${functionPath(state["function"], "policy")}${qualifier(state)}`),
  );
  const policy = JSON.parse(String(found?.["Policy"] ?? "{}")) as { Statement?: { Sid: string }[] };
  return (policy.Statement ?? []).some(({ Sid }) => Sid === id);
}

function qualifier(values: Values): string {
  return values["qualifier"] === undefined ? "" : `?Qualifier=${encodeURIComponent(String(values["qualifier"]))}`;
}
