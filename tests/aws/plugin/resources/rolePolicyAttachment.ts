import { xmlList, xmlText } from "../../client/xml.js";
import { orGone } from "../gone.js";
import type { ResourceType } from "../resource.js";
import { iamOf } from "./role.js";

export const rolePolicyAttachment: ResourceType = {
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  global: true,

  async create(context, inputs) {
    const [role, policyArn] = [String(inputs["role"]), String(inputs["policyArn"])];
    await iamOf(context)("AttachRolePolicy", { RoleName: role, PolicyArn: policyArn });
    return { id: `${role}/${policyArn}`, state: { role, policyArn } };
  },

  async read(context, id) {
    const { role, policyArn } = parse(id);
    const attached = await orGone(iamOf(context)("ListAttachedRolePolicies", { RoleName: role }));
    const there = xmlList(attached, "AttachedPolicies", "member").some(
      (policy) => xmlText(policy, "PolicyArn") === policyArn,
    );
    return there ? { role, policyArn } : undefined;
  },

  async delete(context, id) {
    const { role, policyArn } = parse(id);
    await iamOf(context)("DetachRolePolicy", { RoleName: role, PolicyArn: policyArn });
  },
};

function parse(id: string): { role: string; policyArn: string } {
  const slash = id.indexOf("/");
  return { role: id.slice(0, slash), policyArn: id.slice(slash + 1) };
}
