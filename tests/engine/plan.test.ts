import * as assert from "node:assert/strict";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";

const functions = { fn: { project: "../single-app", runtime: "python3.11", architecture: "x86_64" } };

/** For a review before the deployment: the plan is made here and carried out somewhere else. */
describe("a plan saved by a preview", function () {
  this.timeout(120_000);
  let here: Workspace;
  let there: Workspace;

  before(async function () {
    here = await createWorkspace(this, { language: "yaml", functions, aws: "real" });
    there = await here.secondCheckout();
  });

  skipAfterFailure();

  async function carriedOut() {
    const plan = here.at("plan.json");
    mustSucceed(await here.preview(["--save-plan", plan]));
    return there.pulumi(["up", "--yes", "--plan", plan]);
  }

  async function answer(): Promise<unknown> {
    const { fn } = await there.outputs();
    return there.invoke(String(fn?.functionName), { name: "Ada" });
  }

  it("is carried out in another checkout with an empty store", async () => {
    mustSucceed(await carriedOut());
    assert.equal(there.uv.installs().length, 1, "the other checkout had the package already, so this proves nothing");
    assert.deepEqual(await answer(), { answer: "Hello, Ada (greeting-lib 1.0)", from: "single" });
  });

  it("is carried out for an edit that both have", async () => {
    for (const checkout of [here, there]) checkout.edit("single-app/handler.py", '"single"', '"edited"');
    mustSucceed(await carriedOut());
    assert.deepEqual(await answer(), { answer: "Hello, Ada (greeting-lib 1.0)", from: "edited" });
  });

  it("is refused if the code is not what was planned", async () => {
    here.edit("single-app/handler.py", '"edited"', '"planned"');
    there.edit("single-app/handler.py", '"edited"', '"another"');
    const { code, text } = await carriedOut();
    assert.notEqual(code, 0);
    assert.match(text, /violates plan/);
    assert.match(text, /outputHash/);
    assert.deepEqual(await answer(), { answer: "Hello, Ada (greeting-lib 1.0)", from: "edited" });
  });
});
