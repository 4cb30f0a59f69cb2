import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { functionDefaults as defaults } from "./defaults.js";
import type { FunctionLogs } from "./logs.js";
import type { Scope } from "./scope.js";

interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: pulumi.Input<string>;
}

/** Gives the role what the function's settings need, each right as a resource of its own, and the user's policies. */
export function attachPolicies(scope: Scope, role: iam.Role, logs: FunctionLogs): pulumi.Resource[] {
  const { inputs, names, attachmentKeys } = scope;
  const own = new PolicyWriter(scope, role);
  own.grant(names.logsPolicy, writeLogs(logs));
  if ((inputs.tracingMode ?? defaults.tracingMode) === "Active") own.grant(names.tracingPolicy, sendTraces);
  if (inputs.kmsKeyArn !== undefined) own.grant(names.kmsPolicy, decrypt(inputs.kmsKeyArn));
  for (const [key, document] of Object.entries(inputs.inlinePolicies ?? {})) {
    own.inline(names.inlinePolicy(key), document, key);
  }
  (inputs.policyArns ?? []).forEach((arn, i) => own.attach(names.attachedPolicy(attachmentKeys[i] ?? String(i)), arn));
  return own.resources;
}

/** Not logs:CreateLogGroup: a last invocation during a destroy would create the group again, without a retention. */
function writeLogs(logs: FunctionLogs): Statement {
  return {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: pulumi.interpolate`${logs.arn}:*`,
  };
}

/** X-Ray knows no resources. */
const sendTraces: Statement = {
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};

function decrypt(key: pulumi.Input<string>): Statement {
  return { Effect: "Allow", Action: ["kms:Decrypt"], Resource: key };
}

class PolicyWriter {
  readonly resources: pulumi.Resource[] = [];
  private readonly opts: pulumi.CustomResourceOptions;

  constructor(
    scope: Scope,
    private readonly role: iam.Role,
  ) {
    // Policies come and go with the settings: protecting the function must not block that.
    this.opts = { parent: scope.component, protect: false };
  }

  grant(resourceName: string, statement: Statement): void {
    this.inline(resourceName, pulumi.jsonStringify({ Version: "2012-10-17", Statement: [statement] }));
  }

  inline(resourceName: string, policy: pulumi.Input<string>, name?: string): void {
    const args = { role: this.role.name, policy, ...(name === undefined ? {} : { name }) };
    this.resources.push(new iam.RolePolicy(resourceName, args, this.opts));
  }

  attach(resourceName: string, policyArn: pulumi.Input<string>): void {
    this.resources.push(new iam.RolePolicyAttachment(resourceName, { role: this.role.name, policyArn }, this.opts));
  }
}
