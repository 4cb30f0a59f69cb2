import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Workspace, deploy, fakeTools, schema } from "./support.js";
import { accessPoint, allow, lambda, policy, queue, settings } from "./settingTable.js";

/** What every function has. */
const always = ["api", "api-build", "api-logs", "api-logs-policy", "api-role"];

describe("settings of a function", () => {
  let workspace: Workspace;
  const project = "../app";
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  for (const [name, setting] of Object.entries(settings)) {
    it(`${name} reaches the right resources, and no others`, async () => {
      const plain = await deploy(fakeTools(workspace), { project });
      const { children, child, outputs } = await deploy(fakeTools(workspace), { project, ...setting.inputs });
      const creates = Object.entries(setting.creates ?? {});
      const absent = creates.flatMap(([child, [type]]) => (type === "" ? [child] : []));
      const created = creates.filter(([, [type]]) => type !== "");
      assert.deepEqual(
        children.flatMap((c) => (c.type.startsWith("uvlambda:index:Function") ? [] : [c.name])).sort(),
        [...always.filter((one) => !absent.includes(one)), ...created.map(([one]) => one)].sort(),
      );
      const { code: _before, ...before } = plain.child(lambda, "api").inputs;
      const { code: _code, ...inputs } = child(lambda, "api").inputs;
      assert.deepEqual(inputs, { ...before, ...setting.fn });
      for (const [one, [type, expected]] of created) {
        const given = child(type, one).inputs;
        assert.deepEqual(type === policy ? statementsOf(given["policy"]) : given, expected);
      }
      const { qualifiedArn: _qualified, ...expected } = { ...plain.outputs, ...setting.outputs };
      const { qualifiedArn: _given, ...found } = outputs;
      assert.deepEqual(found, expected);
    });
  }

  it("lets the created role mount through the given access point only", async () => {
    const { child } = await deploy(fakeTools(workspace), {
      project,
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      fileSystemConfig: { arn: accessPoint, localMountPath: "/mnt/models" },
    });
    assert.deepEqual(statementsOf(child(policy, "api-file-system-policy").inputs["policy"]), [
      {
        ...allow(
          ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
          "arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:file-system/*",
        ),
        Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint } },
      },
    ]);
  });

  it("names the queue of a named function after it, and tags it", async () => {
    const inputs = { project, name: "orders", deadLetterQueue: true, tags: { team: "shop" } };
    const { child } = await deploy(fakeTools(workspace), inputs);
    assert.deepEqual(child(queue, "api-dlq").inputs, {
      messageRetentionSeconds: 1_209_600,
      name: "orders-dlq",
      sqsManagedSseEnabled: true,
      tags: { team: "shop" },
    });
  });

  it("never lets the role create log groups", async () => {
    const everything = Object.values(settings).map(({ inputs }) => inputs);
    for (const inputs of everything) {
      const { children } = await deploy(fakeTools(workspace), { project, ...inputs });
      assert.doesNotMatch(JSON.stringify(children.map((c) => c.inputs["policy"])), /CreateLogGroup|"\*:/);
    }
  });

  it("previews values that are not known yet", async () => {
    const later = pulumi.output(pulumi.unknown);
    const { children } = await deploy(
      fakeTools(workspace),
      {
        project,
        aliasName: later,
        durableConfig: { executionTimeout: later },
        deadLetterTargetArn: later,
        eventInvokeConfig: { destinationConfig: { onFailure: { destination: later } } },
        vpcConfig: { subnetIds: later, securityGroupIds: [later] },
        fileSystemConfig: { arn: later, localMountPath: "/mnt/a" },
        functionUrl: { invokeMode: later },
        loggingConfig: { logFormat: later },
        provisionedConcurrency: later,
      },
      { preview: true },
    );
    for (const name of ["api-alias", "api-url", "api-provisioned-concurrency", "api-destinations-policy"]) {
      assert.ok(
        children.some((child) => child.name === name),
        `${name} is not in the preview`,
      );
    }
  });

  it("has outputs that the schema calls optional exactly where they may be absent", async () => {
    const { outputs } = await deploy(fakeTools(workspace), { project });
    const { properties, required } = schema.resources["uvlambda:index:Function"] as unknown as {
      properties: object;
      required: string[];
    };
    const absent = Object.keys(properties).filter((output) => !(output in outputs));
    const published = ["aliasArn", "aliasInvokeArn", "aliasName"];
    const otherFormats = ["layerArn", "layerVersion", "imageUri", "repositoryUrl"];
    assert.deepEqual(absent.sort(), [...published, "dlqArn", "dlqUrl", ...otherFormats, "url"].sort());
    // An image has no archive, and so neither of these.
    assert.deepEqual(Object.keys(outputs).sort(), [...required, "codeSha256", "packageSize"].sort());
  });
});

function statementsOf(document: unknown): unknown {
  return (JSON.parse(document as string) as { Statement: unknown }).Statement;
}
