import assert from "node:assert/strict";
import { skipIf } from "./fixtures.js";
import { recordedStates } from "./recordings.js";
import { Terraform, whyNoTerraform } from "./terraform.js";

/** The states of the engine tests are judged when these have run: tests/engine/validated.ts. */
describe("terraform validate", function () {
  this.timeout(180_000);
  let terraform: Terraform | undefined;

  before(async function () {
    skipIf(this, whyNoTerraform());
    terraform = await Terraform.start();
  });

  after(() => terraform?.stop());

  for (const { name, resources } of recordedStates()) {
    it(`takes every resource of ${name}`, async () => {
      assert.deepEqual(await terraform!.problems(resources()), []);
    });
  }

  it("says what is wrong with a resource", async () => {
    const inputs = { roleName: "x", assumeRolePolicy: "not JSON" };
    const problems = await terraform!.problems([{ type: "aws:iam/role:Role", urn: "a::b::c::wrong", inputs }]);
    assert.match(problems.join(), /role_name|assume_role_policy/);
  });

  it("judges a type that the bridge does not serve", async () => {
    const type = "aws:dynamodb/table:Table";
    const key = { hashKey: "id", attributes: [{ name: "id", type: "S" }] };
    const right = { type, urn: "a::b::c::right", inputs: { name: "orders", billingMode: "PAY_PER_REQUEST", ...key } };
    const wrong = { type, urn: "a::b::c::wrong", inputs: { name: "orders", billingMode: "GUESS", ...key } };
    assert.deepEqual(await terraform!.problems([right]), []);
    assert.match((await terraform!.problems([right, wrong])).join(), /r_1_wrong.*billing_mode/);
  });
});
