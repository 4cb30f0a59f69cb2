import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { automaticNameProblems } from "../../../provider/inputs/automaticNames.js";
import { UNKNOWN } from "../../../provider/inputs/resolved.js";
import { functionProblems } from "../../../provider/inputs/validate.js";
import { resolveInputs } from "../../../provider/resources/engine/resolveInputs.js";
import { constructFunction } from "../../../provider/resources/function/constructFunction.js";
import { proposedValue } from "../../support/proposals.js";
import { fakeTools, mockEngine, schema, Workspace } from "../resources/support.js";

describe("names that Pulumi makes of the component's name", () => {
  before(mockEngine);

  const problems = async (resourceName: string, inputs: pulumi.Inputs = {}, isConfigured = false) => {
    const resolved = await resolveInputs({ project: "app", ...inputs });
    return automaticNameProblems(resourceName, resolved, isConfigured).map(
      ({ property, message }) => `${property}: ${message}`,
    );
  };
  const named = (length: number) => "n".repeat(length);
  const ownRole = { role: "arn:aws:iam::123456789012:role/a" };

  it("are right", async () => {
    assert.deepEqual(await problems("my_Api-2"), []);
    assert.deepEqual(await problems(named(51)), []);
    assert.deepEqual(await problems(named(56), ownRole), []);
    assert.deepEqual(await problems(named(56), { roleName: "short" }), []);
  });

  it("are an error that says what AWS allows, before AWS says it", async () => {
    const shown = JSON.stringify;
    for (const name of ["my fn", "orders.api", "shop/api", "größe"]) {
      assert.match(
        (await problems(name)).join(),
        new RegExp(`^name: .*${shown(name)}, which may have letters, digits`),
      );
      assert.equal((await problems(name, { name: "given" })).length, name === "orders.api" ? 0 : 1);
    }
    assert.match((await problems(named(52))).join(), /which may have at most 51 characters, has 52\./);
    assert.match((await problems(named(57), ownRole)).join(), /which may have at most 56 characters, has 57\./);
    assert.match((await problems(`${named(52)}.x`)).join(), /which may have letters.*, and may have at most 51/);
  });

  it("are judged when the component is constructed", async () => {
    const workspace = new Workspace();
    await mockEngine();
    const constructed = (name: string) =>
      constructFunction(fakeTools(workspace), name, { project: workspace.project }, {});
    await assert.rejects(constructed("orders.api"), (error: unknown) => {
      assert.ok(pulumi.InputPropertiesError.isInstance(error));
      assert.deepEqual(
        error.errors.map(({ propertyPath }) => propertyPath),
        ["name"],
      );
      return true;
    });
    await constructed("orders-api");
    workspace.remove();
  });

  it("are right once the message is followed", async () => {
    const cases = [
      ["orders.api", {}],
      [named(80), {}],
      ["my fn", ownRole],
    ] as const;
    for (const [resourceName, given] of cases) {
      const [problem = ""] = await problems(resourceName, given);
      const name = proposedValue(problem, "name");
      assert.deepEqual(await problems(resourceName, { ...given, name }), []);
      const inputs = await resolveInputs({ project: "app", ...given, name });
      assert.deepEqual(
        functionProblems(schema, inputs, () => []),
        [],
      );
    }
  });

  it("are not judged where something else makes them", async () => {
    assert.deepEqual(await problems("orders.api", { name: "orders" }), []);
    assert.deepEqual(await problems("my fn", {}, true), []);
    const unknown = { values: { name: UNKNOWN }, secrets: new Set<string>(), sources: new Map<string, string[]>() };
    assert.deepEqual(automaticNameProblems("orders.api", unknown, false), []);
  });
});
