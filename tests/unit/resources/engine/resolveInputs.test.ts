import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "../../../../provider/resources/engine/resolveInputs.js";
import { UNKNOWN, childPath, isPrivate } from "../../../../provider/inputs/resolved.js";
import { plainInputs } from "../../../../provider/resources/engine/plainInputs.js";
import { resourceSchema } from "../../../../provider/inputs/schema/packageSchema.js";
import { mockEngine, promiseOf, schema } from "../support.js";

describe("resolveInputs", () => {
  beforeEach(() => mockEngine(true));

  it("awaits outputs and promises at any depth and drops what is null", async () => {
    const { values } = await resolveInputs({
      a: pulumi.output({ b: [Promise.resolve(1), pulumi.output("x")] }),
      nothing: null,
      map: { c: pulumi.output(undefined), d: false },
    });
    assert.deepEqual(values, { a: { b: [1, "x"] }, map: { d: false } });
  });

  it("keeps what is known beside what is not", async () => {
    const { values } = await resolveInputs({
      raw: pulumi.unknown,
      environment: { A: "1", B: pulumi.output(pulumi.unknown) },
      whole: pulumi.output({ A: "1", B: pulumi.unknown }),
    });
    assert.deepEqual(values, { raw: UNKNOWN, environment: { A: "1", B: UNKNOWN }, whole: { A: "1", B: UNKNOWN } });
  });

  it("notes secrets by path", async () => {
    const { secrets } = await resolveInputs({
      environment: { A: pulumi.secret("x"), "b.c": pulumi.secret("y") },
      list: [1, pulumi.secret(2)],
    });
    assert.deepEqual([...secrets].sort(), ["environment.A", 'environment["b.c"]', "list[1]"]);
  });

  it("notes the resources that an output comes from", async () => {
    const resource = new pulumi.DependencyResource("urn:pulumi:s::p::aws:iam/policy:Policy::read");
    const { sources } = await resolveInputs({ arns: [pulumi.output(resource.urn).apply(() => "arn")] });
    assert.deepEqual([...sources], [["arns[0]", ["read"]]]);
  });

  it("notes them by name, in whatever order they were made", async () => {
    const urnOf = (name: string) =>
      new pulumi.DependencyResource(`urn:pulumi:s::p::aws:iam/policy:Policy::${name}`).urn;
    const both = pulumi.all([urnOf("write"), urnOf("read")]).apply(() => "arns");
    assert.deepEqual((await resolveInputs({ both })).sources.get("both"), ["read", "write"]);
  });
});

describe("isPrivate", () => {
  const secrets = new Set(["tags.a", "layers[0]", "role"]);
  const cases: [string, boolean][] = [
    ["tags.a", true],
    ["tags", true],
    ["tags.ab", false],
    ["tags.a.b", true],
    ["layers[0]", true],
    ["layers[01]", false],
    ["roleName", false],
    ["environment.X", true],
    ["buildEnvironment", true],
    ["memorySize", false],
  ];
  for (const [path, expected] of cases) {
    it(`${path}: ${expected}`, () => assert.equal(isPrivate(secrets, path), expected));
  }
});

describe("childPath", () => {
  it("is a path as Pulumi writes it", () => {
    assert.equal(childPath("", "memorySize"), "memorySize");
    assert.equal(childPath("groups", 0), "groups[0]");
    assert.equal(childPath("environment", "A_1"), "environment.A_1");
    assert.equal(childPath("tags", 'a"b.c'), 'tags["a\\"b.c"]');
  });
});

describe("givenInputs", () => {
  it("makes plain inputs plain, and only the shape of those with outputs inside", async () => {
    await mockEngine();
    const inputs = {
      project: pulumi.output("../app"),
      policyArns: pulumi.output(["a", "b"]),
      inlinePolicies: { read: pulumi.secret("{}") },
      functionUrl: pulumi.output({ authorizationType: "NONE", invokeMode: "BUFFERED", cors: { maxAge: 60 } }),
      eventInvokeConfig: { maximumRetryAttempts: pulumi.secret(1), destinationConfig: null },
      description: pulumi.output("d"),
      role: null,
    };
    const component = resourceSchema(schema, "uvlambda:index:Function");
    const given = plainInputs(schema, component, inputs, await resolveInputs(inputs));
    assert.deepEqual(
      Object.keys(given),
      Object.keys(inputs).filter((key) => key !== "role"),
    );
    assert.equal(given["project"], "../app");
    assert.equal(await promiseOf((given["policyArns"] as pulumi.Output<string>[])[1]!), "b");
    assert.deepEqual(Object.keys(given["inlinePolicies"] as object), ["read"]);
    assert.equal((given["inlinePolicies"] as pulumi.Inputs)["read"], inputs.inlinePolicies.read);
    const { authorizationType, invokeMode, cors } = given["functionUrl"] as pulumi.Inputs;
    assert.equal(authorizationType, "NONE");
    assert.equal(await promiseOf(invokeMode as pulumi.Output<string>), "BUFFERED");
    assert.equal(await promiseOf((cors as pulumi.Inputs)["maxAge"] as pulumi.Output<number>), 60);
    const { maximumRetryAttempts, ...others } = given["eventInvokeConfig"] as pulumi.Inputs;
    assert.equal(maximumRetryAttempts, inputs.eventInvokeConfig.maximumRetryAttempts);
    assert.deepEqual(others, {});
    assert.equal(given["description"], inputs.description);
  });
});
