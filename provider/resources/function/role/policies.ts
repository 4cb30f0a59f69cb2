import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { AwsRolePolicy, type AwsRole } from "../awsResources.js";
import type { Grant } from "./rights.js";
import type { FunctionContext } from "../functionContext.js";

/** Gives the role what the function's settings need, with one resource for each right, and the user's policies. */
export function attachPolicies(context: FunctionContext, role: AwsRole, grants: readonly Grant[]): pulumi.Resource[] {
  const { inputs, names, attachmentKeys } = context;
  const opts = policyOptions(context);
  const granted = grants.map((right) => grant(context, role, right));
  const inline = Object.entries(inputs.inlinePolicies ?? {}).map(
    ([name, policy]) => new AwsRolePolicy(names.inlinePolicy(name), { role: role.name, name, policy }, opts),
  );
  const attached = (inputs.policyArns ?? []).map((policyArn, i) => {
    const name = names.attachedPolicy(attachmentKeys[i] ?? String(i));
    return new RolePolicyAttachment(name, { role: role.name, policyArn }, opts);
  });
  return [...granted, ...inline, ...attached];
}

/** One policy of the role. */
export function grant(context: FunctionContext, role: AwsRole, { name, statements }: Grant): AwsRolePolicy {
  const policy = pulumi
    .output(statements)
    .apply((known) => JSON.stringify({ Version: "2012-10-17", Statement: known }));
  return new AwsRolePolicy(name, { role: role.name, policy }, policyOptions(context));
}

/** Policies come and go with the settings: protecting the function must not block that. */
function policyOptions({ component }: FunctionContext): pulumi.CustomResourceOptions {
  return { parent: component, protect: false };
}
