import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { InvalidInputError, UvLambdaError } from "../../../../provider/lib/errors.js";
import { engineError } from "../../../../provider/resources/engine/failures.js";
import { mockEngine } from "../support.js";

function propertyErrors(
  error: unknown,
  secrets: readonly string[] = [],
): [string, { propertyPath: string; reason: string }[]] {
  const made = engineError(error, new Set(secrets), "function");
  assert.ok(pulumi.InputPropertiesError.isInstance(made));
  return [made.message, made.errors];
}

describe("engineError", () => {
  beforeEach(() => mockEngine());

  it("gives each wrong input its property", () => {
    const error = new InvalidInputError([
      { property: "groups[0]", message: "a" },
      { property: "timeout", message: "b" },
    ]);
    assert.deepEqual(propertyErrors(error), [
      "2 inputs are wrong",
      [
        { propertyPath: "groups[0]", reason: "a" },
        { propertyPath: "timeout", reason: "b" },
      ],
    ]);
  });

  it("gives what went wrong in the build a property, its code and an indented hint", () => {
    const error = new UvLambdaError("NO_WHEEL", "no wheel", { hint: "try\nthis", property: "runtime" });
    assert.deepEqual(propertyErrors(error), [
      "the function cannot be packaged (NO_WHEEL)",
      [{ propertyPath: "runtime", reason: "no wheel\n\t\t  try\n\t\t  this" }],
    ]);
  });

  it("changes paths of secret values so that the engine cannot print the value", () => {
    const problems = ["role", "tags.a", "environment.X", "timeout"].map((property) => ({ property, message: "m" }));
    const [, errors] = propertyErrors(new InvalidInputError(problems), ["role", "tags"]);
    assert.deepEqual(
      errors.map(({ propertyPath }) => propertyPath),
      ["role (value not shown)", "tags.a (value not shown)", "environment.X (value not shown)", "timeout"],
    );
  });

  it("says cancelled and nothing more", () => {
    assert.equal(engineError(new UvLambdaError("CANCELLED", "killed uv"), new Set(), "layer").message, "cancelled");
  });

  it("asks for a report of the unexpected, without a stack", () => {
    const error = engineError(new TypeError("x is undefined\n    at secret.js:1"), new Set(), "function");
    assert.match(error.message, /^uvlambda failed unexpectedly: x is undefined\n.*please report/);
    assert.doesNotMatch(error.message, /secret\.js|TypeError/);
    assert.ok(!pulumi.InputPropertiesError.isInstance(error));
  });

  it("cuts the first line of anything unexpected, which may quote a whole answer", () => {
    const { message } = engineError(new Error("x".repeat(100_000)), new Set(), "function");
    assert.match(message, /^uvlambda failed unexpectedly: x{500}\.\.\.\n.*please report/);
  });
});
