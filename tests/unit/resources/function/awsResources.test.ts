import * as assert from "node:assert/strict";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import {
  AwsFunction,
  AwsLogGroup,
  AwsRole,
  AwsRolePolicy,
} from "../../../../provider/resources/function/awsResources.js";
import { mockEngine, registrationsEnd } from "../support.js";

type Request = Record<string, unknown>;
type Opts = pulumi.CustomResourceOptions;

interface Monitor {
  registerResource(request: { toObject(): Request }, callback: unknown): Promise<void>;
}

/** What the engine is asked for, without the lines of this file that asked. */
async function requestsOf(create: () => void): Promise<Request[]> {
  await mockEngine();
  const monitor = (pulumi.runtime as unknown as { getMonitor(): Monitor }).getMonitor();
  const answer = monitor.registerResource.bind(monitor);
  const requests: Request[] = [];
  monitor.registerResource = (request, callback) => {
    const { sourceposition: _position, stacktrace: _trace, ...asked } = request.toObject();
    requests.push(asked);
    return answer(request, callback);
  };
  create();
  await registrationsEnd();
  return requests;
}

/** A value as another resource gives it. */
const given = (value: string) => pulumi.output(value);

const kinds: readonly {
  readonly name: string;
  readonly ours: new (name: string, args: never, opts: Opts) => pulumi.CustomResource;
  readonly theirs: new (name: string, args: never, opts: Opts) => pulumi.CustomResource;
  readonly args: object;
}[] = [
  {
    name: "AwsFunction",
    ours: AwsFunction,
    theirs: LambdaFunction,
    args: {
      role: given("arn:role"),
      code: new pulumi.asset.FileArchive("./code.zip"),
      description: undefined,
      environment: { variables: { KEY: pulumi.secret("value") } },
      timeout: 30,
    },
  },
  {
    name: "AwsRole",
    ours: AwsRole,
    theirs: Role,
    args: { assumeRolePolicy: "{}", name: "role", tags: { a: given("b") } },
  },
  { name: "AwsRolePolicy", ours: AwsRolePolicy, theirs: RolePolicy, args: { role: given("role"), policy: "{}" } },
  { name: "AwsLogGroup", ours: AwsLogGroup, theirs: LogGroup, args: { namePrefix: "/aws/", retentionInDays: 30 } },
];

/** What a user's program can hand on to the children of a function. */
function someOptions(): Opts {
  const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
  const before = new Role("before", { assumeRolePolicy: "{}" });
  return {
    parent,
    dependsOn: [before],
    customTimeouts: { create: "7m", delete: "9m" },
    protect: false,
    deleteBeforeReplace: true,
    ignoreChanges: ["tags"],
    aliases: [{ name: "earlier" }],
  };
}

function requestOf(requests: readonly Request[], name: string): Request {
  return requests.find((request) => request["name"] === name) ?? assert.fail(`${name} was not registered`);
}

describe("the resources of every function", () => {
  for (const { name, ours, theirs, args } of kinds) {
    it(`${name}: the engine is asked for the same as by @pulumi/aws`, async () => {
      const asked = await requestsOf(() => new ours("one", args as never, someOptions()));
      const expected = await requestsOf(() => new theirs("one", args as never, someOptions()));
      const { version, parent, dependenciesList, customtimeouts } = requestOf(asked, "one");
      assert.match(String(version), /^7\./);
      assert.match(String(parent), /::parent$/);
      assert.match(String(dependenciesList), /::before$/);
      assert.match(JSON.stringify(customtimeouts), /"7m"/);
      assert.deepEqual(asked, expected);
    });

    it(`${name}: has only outputs that @pulumi/aws has, and gives what the provider answers`, async () => {
      const answered = { arn: "an-arn", name: "a-name", invokeArn: "i", qualifiedArn: "q", version: "1" };
      await mockEngine(false, { [tokenOf(theirs)]: answered });
      const resource = new ours("one", args as never, {}) as unknown as Record<string, unknown>;
      const whole = new theirs("two", args as never, {}) as unknown as Record<string, unknown>;
      const outputs = Object.keys(resource).filter((key) => pulumi.Output.isInstance(resource[key]));
      assert.deepEqual(
        outputs.filter((output) => !(output in whole)),
        [],
      );
      for (const output of outputs.filter((key) => key in answered))
        assert.equal(await valueOf(resource[output]), answered[output as keyof typeof answered]);
      await registrationsEnd();
    });
  }
});

function tokenOf(type: unknown): string {
  return (type as { readonly __pulumiType: string }).__pulumiType;
}

function valueOf(output: unknown): Promise<unknown> {
  return new Promise((resolve) => (output as pulumi.Output<unknown>).apply(resolve));
}
