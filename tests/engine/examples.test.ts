import * as assert from "node:assert/strict";
import { lockProject } from "./fixtures.js";
import { createExample, mustSucceed, type Workspace } from "./harness.js";
import { toolEnvironment } from "./run.js";

/** Deploys an example, invokes it with `event`, checks the second preview and takes it down. Skips without an index. */
async function deploy(context: Mocha.Context, name: string, project: string, event: unknown): Promise<unknown> {
  const workspace = await createExample(context, name);
  await lockOrSkip(context, workspace, project);
  mustSucceed(await workspace.pulumi(["config", "set", "runtime", "python3.11"]));
  mustSucceed(await workspace.up());
  const { stdout } = mustSucceed(await workspace.pulumi(["stack", "output", "functionName"]));
  const answer = await workspace.invoke(stdout.trim(), event);
  mustSucceed(await workspace.preview(["--expect-no-changes"]));
  mustSucceed(await workspace.destroy());
  return answer;
}

async function lockOrSkip(context: Mocha.Context, workspace: Workspace, project: string): Promise<void> {
  try {
    await lockProject(
      workspace.at(project),
      workspace.run.uv,
      toolEnvironment(workspace.run.folder, workspace.run.pulumi),
    );
  } catch (error) {
    if (!/error sending request|dns error|Failed to fetch/.test((error as Error).message)) throw error;
    console.log(`skipped: needs a package index (${(error as Error).message})`);
    context.skip();
  }
}

describe("the examples", function () {
  this.timeout(180_000);

  it("typescript: a workspace member with a shared package", async function () {
    const event = { queryStringParameters: { name: "Ada" } };
    const answer = (await deploy(this, "typescript", ".", event)) as { statusCode: number; body: string };
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(answer.body), { message: "Hello, Ada!", memory: "256.0 MiB" });
  });

  it("yaml: a single project", async function () {
    assert.deepEqual(await deploy(this, "yaml", "app", { visits: 1234567, note: "none" }), { visits: "1,234,567" });
  });
});
