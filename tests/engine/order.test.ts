import * as assert from "node:assert/strict";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { writeYaml, type YamlResource } from "./yamlProgram.js";

const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };

const trust = (service: string) => ({
  "fn::toJSON": {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  },
});

const mayRead = {
  "fn::toJSON": {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: "${orders.arn}",
      },
    ],
  },
};

const orders: YamlResource = { type: "aws:sqs:Queue", properties: { visibilityTimeoutSeconds: 60 } };
const mapping = (functionName: string): YamlResource => ({
  type: "aws:lambda:EventSourceMapping",
  properties: { eventSourceArn: "${orders.arn}", functionName },
});

/**
 * Lambda checks the role's rights in some calls. These calls come after the rights are created, so that a retry only
 * has to wait for IAM.
 */
describe("the order in which a function and its rights are created", function () {
  this.timeout(240_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions: {}, aws: "real" });
  });

  skipAfterFailure();

  /** Operations that this deployment called, in order, refused ones too. */
  async function deploy(resources: Readonly<Record<string, YamlResource>>): Promise<readonly string[]> {
    const before = workspace.run.aws.calls.length;
    writeYaml(workspace, resources);
    mustSucceed(await workspace.up());
    return workspace.run.aws.calls.slice(before).map(({ operation }) => operation);
  }

  /** The last call of each of `first` comes before the first call of each of `then`. */
  function assertOrder(calls: readonly string[], first: readonly string[], then: readonly string[]): void {
    const found = calls.filter((call) => [...first, ...then].includes(call)).join(", ");
    for (const call of [...first, ...then]) assert.ok(calls.includes(call), `${call} was never called: ${found}`);
    for (const earlier of first)
      for (const later of then)
        assert.ok(calls.lastIndexOf(earlier) < calls.indexOf(later), `${earlier} after ${later}: ${found}`);
  }

  const worker = {
    ...inputs,
    deadLetterQueue: true,
    inlinePolicies: { queue: mayRead },
    policyArns: ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"],
  };
  const sent = { eventInvokeConfig: { destinationConfig: { onFailure: { destination: "${failed.arn}" } } } };
  const failed: YamlResource = { type: "aws:sqs:Queue", properties: {} };

  it("is policies, function, then the event source and the destination", async () => {
    const calls = await deploy({
      orders,
      failed,
      worker: { type: "uvlambda:Function", properties: { ...worker, ...sent } },
      mapping: mapping("${worker.functionArn}"),
    });
    assertOrder(calls, ["PutRolePolicy", "AttachRolePolicy"], ["CreateFunction"]);
    assertOrder(calls, ["CreateFunction"], ["CreateEventSourceMapping", "PutFunctionEventInvokeConfig"]);
  });

  it("is the new policy before the new destination of a function that exists, and of its alias", async () => {
    const properties = {
      ...worker,
      publish: true,
      eventInvokeConfig: {
        destinationConfig: { ...sent.eventInvokeConfig.destinationConfig, onSuccess: { destination: "${done.arn}" } },
      },
    };
    const calls = await deploy({
      orders,
      failed,
      done: failed,
      worker: { type: "uvlambda:Function", properties },
      mapping: mapping("${worker.aliasArn}"),
    });
    assertOrder(calls, ["PutRolePolicy"], ["PutFunctionEventInvokeConfig", "CreateAlias"]);
    assertOrder(calls, ["CreateAlias"], ["PutFunctionEventInvokeConfig", "UpdateEventSourceMapping"]);
  });

  it("is the program's own policy first, when the component depends on it", async () => {
    mustSucceed(await workspace.destroy());
    const calls = await deploy({
      orders,
      role: { type: "aws:iam:Role", properties: { assumeRolePolicy: trust("lambda.amazonaws.com") } },
      policy: { type: "aws:iam:RolePolicy", properties: { role: "${role.name}", policy: mayRead } },
      worker: {
        type: "uvlambda:Function",
        properties: { ...inputs, role: "${role.arn}" },
        options: { dependsOn: ["${policy}"] },
      },
      mapping: mapping("${worker.functionArn}"),
    });
    assertOrder(calls, ["PutRolePolicy"], ["CreateFunction", "CreateEventSourceMapping"]);
  });
});
