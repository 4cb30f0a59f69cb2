import * as assert from "node:assert/strict";
import { createWorkspace, languages, mustSucceed } from "./harness.js";

describe("many functions and stacks", function () {
  this.timeout(300_000);

  for (const language of languages) {
    it(`installs once for 100 functions on one lock (${language})`, async function () {
      const names = Array.from({ length: 100 }, (_, index) => `fn${index}`);
      const inputs = { project: "../workspace/apps/api", handler: "api.main.handler" };
      const functions = Object.fromEntries(names.map((name) => [name, { ...inputs, description: name }]));
      const workspace = await createWorkspace(this, { language, functions });
      const { stdout } = mustSucceed(await workspace.preview(["--json"]));
      const { steps } = JSON.parse(stdout) as { steps: { newState: { type: string } }[] };
      assert.equal(steps.filter(({ newState }) => newState.type === "uvlambda:index:Build").length, 100);
      assert.equal(workspace.uv.installs().length, 1);
    });
  }

  it("deploys two stacks of one checkout at once, with one result", async function () {
    const functions = {
      single: { project: "../single-app" },
      api: { project: "../workspace/apps/api", handler: "api.main.handler" },
    };
    const first = await createWorkspace(this, { language: "yaml", functions });
    const second = await first.otherStack("staging");
    const results = await Promise.all([first.up(), second.up()]);
    results.forEach(mustSucceed);
    const [a, b] = await Promise.all([first.outputs(), second.outputs()]);
    for (const name of Object.keys(functions)) {
      assert.equal(a[name]!.codeSha256, b[name]!.codeSha256);
      assert.notEqual(a[name]!.functionName, b[name]!.functionName);
    }
    assert.ok(first.uv.installs().length <= 4);
    const destroyed = await Promise.all([first.destroy(), second.destroy()]);
    destroyed.forEach(mustSucceed);
  });
});
