import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { constructFunction } from "../../../../provider/resources/function/constructFunction.js";
import { proposedName } from "../../../support/proposals.js";
import { Workspace, fakeTools, mockEngine } from "../support.js";

class Provider extends pulumi.ProviderResource {
  constructor(name: string) {
    super("aws", name);
  }
}

describe("two functions that create one thing", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace()));
  afterEach(() => workspace.remove());

  /** Constructs two functions in one program; the message about the second, or undefined. */
  async function second(
    one: pulumi.Inputs,
    other: pulumi.Inputs,
    opts: () => readonly [pulumi.ComponentResourceOptions, pulumi.ComponentResourceOptions] = () => [{}, {}],
    otherName = "worker",
  ): Promise<string | undefined> {
    await mockEngine();
    const services = fakeTools(workspace);
    const [oneOpts, otherOpts] = opts();
    await constructFunction(services, "api", { project: "../app", ...one }, oneOpts);
    try {
      await constructFunction(services, otherName, { project: "../app", ...other }, otherOpts);
      return undefined;
    } catch (error) {
      assert.ok(pulumi.InputPropertiesError.isInstance(error), String(error));
      return error.errors.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`).join("\n");
    }
  }

  it("are named without the name of the group where it is secret", async () => {
    const logGroupName = pulumi.secret("/s3cret");
    const found = await second({ logGroupName }, { logGroupName });
    assert.match(found ?? "", /"api" and "worker" would both create the log group with this name;/);
    assert.doesNotMatch(found ?? "", /s3cret/);
  });

  it("are named, whichever way they come to its name", async () => {
    const both = 'the functions "api" and "worker" would both create the log group';
    const found = await second({ logGroupName: "/a" }, { logGroupName: "/a" });
    assert.ok(found?.startsWith(`logGroupName: ${both} /a;`), found);
    assert.equal(
      await second({ logGroupName: "/a" }, { [proposedName(found ?? "", "logGroupName")]: "/b" }),
      undefined,
    );
    assert.equal(await second({ logGroupName: "/a" }, { [proposedName(found ?? "", "logGroup")]: "/a" }), undefined);
    const byName = await second({ logGroupName: "/aws/lambda/x" }, { name: pulumi.output("x") });
    assert.ok(byName?.startsWith(`name: ${both} /aws/lambda/x;`), byName);
  });

  it("with one name are refused, as AWS would, and another name helps", async () => {
    for (const more of [{}, { logGroup: "/shared" }, { logGroupName: "/other" }]) {
      const found = await second({ name: "orders" }, { name: "orders", ...more });
      assert.equal(
        found,
        'name: the functions "api" and "worker" both have the `name` "orders"; give one of them another `name`',
      );
    }
    const secret = await second({ name: pulumi.secret("s3cret") }, { name: pulumi.secret("s3cret") });
    assert.match(secret ?? "", /both have the same `name`/);
    assert.doesNotMatch(secret ?? "", /s3cret/);
    assert.equal(await second({ name: "orders" }, { name: "orders-2" }), undefined);
  });

  it("with one role are refused, as IAM would, whichever way they come to its name", async () => {
    const both = 'the functions "api" and "worker" would both create the role';
    const found = await second({ roleName: "Tasks" }, { roleName: "tasks" });
    assert.equal(found, `roleName: ${both} tasks; give one of them another \`roleName\``);
    assert.equal(await second({ roleName: "a" }, { [proposedName(found ?? "", "roleName")]: "b" }), undefined);
    assert.match((await second({ roleName: "x-role" }, { name: "x" })) ?? "", /^name: .* both create the role x-role;/);
    const secret = pulumi.secret("s3cret");
    assert.match((await second({ roleName: secret }, { roleName: secret })) ?? "", /the role with this name;/);
    const role = "arn:aws:iam::123456789012:role/x-role";
    assert.equal(await second({ name: "x" }, { name: "y", role }), undefined);
    assert.equal(await second({ name: "x", roleName: "y" }, { name: "y", roleName: "x" }), undefined);
  });

  it("are fine with different names, unknown names, or when one writes to the other's", async () => {
    assert.equal(await second({ logGroupName: "/a" }, { logGroupName: "/b" }), undefined);
    assert.equal(await second({ name: "x" }, { name: "y" }), undefined);
    assert.equal(await second({}, {}), undefined);
    assert.equal(await second({ logGroupName: "/a" }, { logGroup: "/a" }), undefined);
    assert.equal(await second({ logGroupName: "/a", name: "x" }, { name: "y", logGroupName: "/b" }), undefined);
  });

  it("are fine under two providers, and refused under one", async () => {
    const group = { logGroupName: "/a" };
    const both = (...names: [string, string]) => {
      const providers = new Map(names.map((name) => [name, new Provider(name)]));
      const opts = names.map((name) => ({ providers: { aws: providers.get(name)! } }));
      return [opts[0]!, opts[1]!] as const;
    };
    assert.equal(await second(group, group, () => both("eu", "us")), undefined);
    assert.notEqual(await second(group, group, () => both("eu", "eu")), undefined);
  });

  it("may be one function, constructed again by the same process", async () => {
    assert.equal(await second({ logGroupName: "/a" }, { logGroupName: "/a" }, undefined, "api"), undefined);
  });
});
