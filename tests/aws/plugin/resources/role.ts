import { type XmlValue, xmlList, xmlText } from "../../client/xml.js";
import { orGone } from "../gone.js";
import type { Change, ResourceContext, ResourceType } from "../resource.js";
import { tagChange, tagParameters, tagsOf, tagState } from "../tags.js";
import type { Values } from "../values.js";

const VERSION = "2010-05-08";
const DEFAULT_SESSION = 3600;

type Iam = (action: string, parameters: Record<string, string>) => Promise<XmlValue>;

export function iamOf({ aws }: ResourceContext): Iam {
  return (action, parameters) => aws.query("iam", VERSION, action, parameters);
}

export const role: ResourceType = {
  token: "aws:iam/role:Role",
  global: true,
  autoName: { property: "name", maximum: 64 },
  defaults: { forceDetachPolicies: false, maxSessionDuration: DEFAULT_SESSION, path: "/" },
  check: (inputs) =>
    ["managedPolicyArns", "inlinePolicies"]
      .filter((property) => inputs[property] !== undefined)
      .map((property) => ({
        property,
        reason: "takes exclusive ownership of the role's policies: use separate resources",
      })),

  async create(context, inputs) {
    const name = String(inputs["name"]);
    await iamOf(context)("CreateRole", {
      RoleName: name,
      AssumeRolePolicyDocument: String(inputs["assumeRolePolicy"]),
      Path: String(inputs["path"]),
      MaxSessionDuration: String(inputs["maxSessionDuration"]),
      ...optional("Description", inputs["description"]),
      ...optional("PermissionsBoundary", inputs["permissionsBoundary"]),
      ...tagParameters(tagsOf(inputs)),
    });
    return { id: name, state: (await readRole(context, name, inputs)) ?? {} };
  },

  read: (context, id, state) => readRole(context, id, state),

  async update(context, { id, state, inputs, changed }) {
    const iam = iamOf(context);
    if (changed.has("assumeRolePolicy")) {
      await iam("UpdateAssumeRolePolicy", { RoleName: id, PolicyDocument: String(inputs["assumeRolePolicy"]) });
    }
    if (changed.has("description") || changed.has("maxSessionDuration")) {
      const Description = String(inputs["description"] ?? "");
      await iam("UpdateRole", { RoleName: id, Description, MaxSessionDuration: String(inputs["maxSessionDuration"]) });
    }
    if (changed.has("permissionsBoundary")) await setBoundary(iam, id, inputs["permissionsBoundary"]);
    await changeTags(iam, { id, state, inputs, changed });
    return (await readRole(context, id, inputs)) ?? {};
  },

  async delete(context, id, state) {
    const iam = iamOf(context);
    if (state["forceDetachPolicies"] === true) await detachAll(iam, id);
    await iam("DeleteRole", { RoleName: id });
  },
};

async function readRole(context: ResourceContext, name: string, state: Values): Promise<Values | undefined> {
  const iam = iamOf(context);
  const found = await orGone(iam("GetRole", { RoleName: name }));
  if (found === undefined) return undefined;
  const attached = await iam("ListAttachedRolePolicies", { RoleName: name });
  const tags = xmlList(await iam("ListRoleTags", { RoleName: name }), "Tags", "member").map((tag) => [
    xmlText(tag, "Key"),
    xmlText(tag, "Value"),
  ]);
  const text = (member: string): string => xmlText(found, "Role", member) ?? "";
  const boundary = xmlText(found, "Role", "PermissionsBoundary", "PermissionsBoundaryArn");
  return {
    name,
    arn: text("Arn"),
    uniqueId: text("RoleId"),
    createDate: text("CreateDate"),
    path: text("Path"),
    assumeRolePolicy: decodeURIComponent(text("AssumeRolePolicyDocument")),
    maxSessionDuration: Number(text("MaxSessionDuration") || DEFAULT_SESSION),
    managedPolicyArns: xmlList(attached, "AttachedPolicies", "member").map(
      (policy) => xmlText(policy, "PolicyArn") ?? "",
    ),
    ...(text("Description") === "" ? {} : { description: text("Description") }),
    ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    ...tagState(Object.fromEntries(tags) as Record<string, string>, state),
  };
}

function setBoundary(iam: Iam, name: string, boundary: unknown): Promise<XmlValue> {
  return boundary === undefined
    ? iam("DeleteRolePermissionsBoundary", { RoleName: name })
    : iam("PutRolePermissionsBoundary", { RoleName: name, PermissionsBoundary: String(boundary) });
}

async function changeTags(iam: Iam, { id, state, inputs }: Change): Promise<void> {
  const { set, removed } = tagChange(state, inputs);
  const keys = Object.fromEntries(removed.map((key, index) => [`TagKeys.member.${index + 1}`, key]));
  if (removed.length > 0) await iam("UntagRole", { RoleName: id, ...keys });
  if (Object.keys(set).length > 0) await iam("TagRole", { RoleName: id, ...tagParameters(set) });
}

async function detachAll(iam: Iam, name: string): Promise<void> {
  const attached = await iam("ListAttachedRolePolicies", { RoleName: name });
  for (const policy of xmlList(attached, "AttachedPolicies", "member")) {
    await iam("DetachRolePolicy", { RoleName: name, PolicyArn: xmlText(policy, "PolicyArn") ?? "" });
  }
  for (const policy of xmlList(await iam("ListRolePolicies", { RoleName: name }), "PolicyNames", "member")) {
    await iam("DeleteRolePolicy", { RoleName: name, PolicyName: String(policy) });
  }
}

function optional(name: string, value: unknown): Record<string, string> {
  return value === undefined ? {} : { [name]: String(value) };
}
