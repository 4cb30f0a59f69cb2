import * as assert from "node:assert/strict";
import { createExample, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { lockOrSkip, orSkip } from "./orSkip.js";
import { previewed } from "./stack.js";

describe("two functions that ship different folders of one project", function () {
  this.timeout(300_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createExample(this, "yaml", "folders", { aws: "real" });
    await lockOrSkip(this, workspace, "services");
    mustSucceed(await workspace.pulumi(["config", "set", "runtime", "python3.11"]));
  });

  skipAfterFailure();

  const updateOf = (name: string) => ({
    [`uvlambda:index:Build ${name}-build`]: "update",
    [`aws:lambda/function:Function ${name}`]: "update",
  });

  async function assertAnswers(accepted: unknown, text: string): Promise<void> {
    const { ordersName, billsName } = (await workspace.outputs()) as Record<string, unknown>;
    const order = await workspace.invoke(String(ordersName), { id: 7, cents: 123_456 });
    assert.deepEqual(order, { accepted, price: "EUR 1,234.56" });
    assert.deepEqual(await workspace.invoke(String(billsName), { cents: 99 }), { text });
  }

  it("answer", async function () {
    await orSkip(this, async () => mustSucceed(await workspace.up()));
    await assertAnswers(7, "Please pay EUR 0.99.");
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
  });

  it("change one by one: an edit and a new file in one folder do not change the other function", async () => {
    workspace.edit("services/orders/handler.py", 'event["id"]', '[event["id"]]');
    assert.deepEqual(await previewed(workspace), updateOf("orders"));
    mustSucceed(await workspace.up());
    await assertAnswers([7], "Please pay EUR 0.99.");
    mustSucceed(await workspace.preview(["--expect-no-changes"]));

    workspace.write("services/bills/terms.txt", "30 days\n");
    assert.deepEqual(await previewed(workspace), updateOf("bills"));
  });

  it("change together with the folder that both ship, and not with one that neither ships", async () => {
    workspace.edit("services/bills/handler.py", "Please pay", "Kindly pay");
    mustSucceed(await workspace.up());
    await assertAnswers([7], "Kindly pay EUR 0.99.");
    workspace.write("services/reports/handler.py", "");
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
    workspace.edit("services/shared/money.py", "EUR", "CHF");
    assert.deepEqual(await previewed(workspace), { ...updateOf("orders"), ...updateOf("bills") });
  });

  it("leave nothing behind", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});
