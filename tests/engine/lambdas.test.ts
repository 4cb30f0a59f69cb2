import * as assert from "node:assert/strict";
import { createExample, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { lockOrSkip } from "./orSkip.js";
import { publishPowertools } from "./powertools.js";
import { previewed, resourceIn } from "./stack.js";

describe("two functions of one project, each with a dependency group", function () {
  this.timeout(300_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createExample(this, "typescript", "lambdas", { aws: "real" });
    await lockOrSkip(this, workspace, "lambdas");
    await publishPowertools(workspace.run.aws, { version: "3.37.0" });
    mustSucceed(await workspace.pulumi(["config", "set", "runtime", "python3.11"]));
    mustSucceed(await workspace.pulumi(["config", "set", "architecture", "x86_64"]));
  });

  skipAfterFailure();

  const resource = (type: string, name: string) => resourceIn(workspace, type, name);

  it("are deployed with what the program attaches to them", async () => {
    mustSucceed(await workspace.up());
    const alarm = await resource("aws:cloudwatch/metricAlarm:MetricAlarm", "my-worker-failures");
    const queue = await resource("aws:sqs/queue:Queue", "my-worker-dlq");
    assert.deepEqual(alarm.inputs?.["dimensions"], { QueueName: queue.outputs?.["name"] });
    const attached = await resource("aws:iam/rolePolicy:RolePolicy", "my-api-handler-worker");
    const role = await resource("aws:iam/role:Role", "my-api-handler-role");
    assert.equal(attached.inputs?.["role"], role.outputs?.["name"]);
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
  });

  it("contain the packages of their group, and Powertools only from its layer", async () => {
    for (const [name, own, others] of [
      ["my-api-handler", "boto3", "httpx"],
      ["my-worker", "httpx", "boto3"],
    ] as const) {
      const packages = (await resource("uvlambda:index:Build", `${name}-build`)).inputs?.["packages"] as object;
      assert.ok(own in packages && "pydantic-settings" in packages, name);
      for (const absent of [others, "aws-lambda-powertools", "pytest"]) assert.ok(!(absent in packages), absent);
      const layers = (await resource("aws:lambda/function:Function", name)).inputs?.["layers"] as string[];
      assert.deepEqual(
        layers.map((arn) => arn.split(":")[6]),
        [`uvlambda-lambdas-dev-${name}-dependencies`, "powertools"],
      );
    }
  });

  it("answer", async () => {
    const { apiArn, workerName } = (await workspace.outputs()) as Record<string, unknown>;
    assert.match(String(apiArn), /:prod$/);
    assert.deepEqual(await workspace.invoke(String(apiArn), { body: '{"id": 7}' }), {
      statusCode: 202,
      body: '{"accepted": 7}',
    });
    assert.deepEqual(await workspace.invoke(String(workerName), { id: 7 }), {
      url: "https://shop.example/orders/7",
    });
  });

  it("change one by one: an edit of the worker changes its archive, a bump in its group its layer", async function () {
    workspace.edit("lambdas/my-worker/my_worker/settings.py", "shop.example", "store.example");
    const edited = {
      "uvlambda:index:Build my-worker-build": "update",
      "aws:lambda/function:Function my-worker": "update",
    };
    assert.deepEqual(await previewed(workspace), edited);
    workspace.edit("lambdas/pyproject.toml", "httpx==0.28.1", "httpx==0.28.0");
    await lockOrSkip(this, workspace, "lambdas");
    assert.deepEqual(await previewed(workspace), {
      ...edited,
      "aws:lambda/layerVersion:LayerVersion my-worker-layer": "replace",
    });
  });

  it("leave nothing behind", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});
