import * as pulumi from "@pulumi/pulumi";
import { roleNameFor } from "../../../inputs/resourceNames.js";
import { AwsRole } from "../awsResources.js";
import { attachPolicies } from "./policies.js";
import { definedOnly } from "../../../lib/definedOnly.js";
import type { Grant } from "./rights.js";
import type { FunctionContext } from "../functionContext.js";

/** The role that the function runs as. */
export interface FunctionRole {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** What must exist before the function is first invoked. */
  readonly rights: readonly pulumi.Resource[];
  /** Absent for an adopted role, which is not changed. */
  readonly created?: AwsRole;
}

const trustLambda = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Creates a role with exactly `grants` and the user's policies, or adopts `role`. */
export function functionRole(context: FunctionContext, grants: readonly Grant[]): FunctionRole {
  const { role } = context.inputs;
  return role === undefined ? createdRole(context, grants) : adoptedRole(pulumi.output(role));
}

function createdRole(context: FunctionContext, grants: readonly Grant[]): FunctionRole {
  const { inputs, names, component } = context;
  const role = new AwsRole(
    names.role,
    definedOnly({
      name: inputs.roleName ?? (inputs.name === undefined ? undefined : pulumi.output(inputs.name).apply(roleNameFor)),
      path: inputs.rolePath,
      permissionsBoundary: inputs.permissionsBoundary,
      assumeRolePolicy: trustLambda,
      tags: inputs.tags,
    }),
    { parent: component },
  );
  return { arn: role.arn, name: role.name, rights: attachPolicies(context, role, grants), created: role };
}

/** `arn:aws:iam::123456789012:role/path/name` */
function adoptedRole(arn: pulumi.Output<string>): FunctionRole {
  return { arn, name: arn.apply((text) => text.slice(text.lastIndexOf("/") + 1)), rights: [] };
}
