import { xmlText } from "../../client/xml.js";
import { orGone } from "../gone.js";
import type { ResourceContext, ResourceType } from "../resource.js";
import type { Values } from "../values.js";
import { iamOf } from "./role.js";

export const rolePolicy: ResourceType = {
  token: "aws:iam/rolePolicy:RolePolicy",
  global: true,
  autoName: { property: "name", maximum: 128 },

  async create(context, inputs) {
    await put(context, inputs);
    return { id: `${inputs["role"]}:${inputs["name"]}`, state: stateOf(inputs) };
  },

  async read(context, id) {
    const [role = "", name = ""] = id.split(":");
    const found = await orGone(iamOf(context)("GetRolePolicy", { RoleName: role, PolicyName: name }));
    if (found === undefined) return undefined;
    return { role, name, policy: decodeURIComponent(xmlText(found, "PolicyDocument") ?? "") };
  },

  async update(context, { inputs }) {
    await put(context, inputs);
    return stateOf(inputs);
  },

  async delete(context, id) {
    const [role = "", name = ""] = id.split(":");
    await iamOf(context)("DeleteRolePolicy", { RoleName: role, PolicyName: name });
  },
};

async function put(context: ResourceContext, inputs: Values): Promise<void> {
  await iamOf(context)("PutRolePolicy", {
    RoleName: String(inputs["role"]),
    PolicyName: String(inputs["name"]),
    PolicyDocument: String(inputs["policy"]),
  });
}

function stateOf(inputs: Values): Values {
  return { role: inputs["role"], name: inputs["name"], policy: inputs["policy"] };
}
