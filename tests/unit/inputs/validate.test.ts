import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "../../../provider/resources/engine/resolveInputs.js";
import type { PropertySchema } from "../../../provider/inputs/schema/packageSchema.js";
import { functionProblems, functionWarnings } from "../../../provider/inputs/validate.js";
import { rightSettings, wrongSettings } from "../resources/settingInputs.js";
import { mockEngine, schema } from "../resources/support.js";

const refuseFoo = (variables: Readonly<Record<string, string>>) =>
  Object.keys(variables).flatMap((key) => (key === "FOO" ? [{ key, message: "cannot be set for uv" }] : []));

async function problems(inputs: pulumi.Inputs): Promise<string[]> {
  const found = functionProblems(schema, await resolveInputs({ project: "app", ...inputs }), refuseFoo);
  return found.map(({ property, message }) => `${property}: ${message}`);
}

const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
const layerArn = "arn:aws:lambda:eu-west-1:123456789012:layer:a:1";
const roleArn = "arn:aws:iam::123456789012:role/a/b";
const policyArn = "arn:aws-cn:iam::aws:policy/service-role/A";
const document = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
const bytes = (count: number) => "x".repeat(count);

/** Right inputs. Each property is here at least once. */
const right: pulumi.Inputs[] = [
  {},
  {
    package: "a.b_c-1",
    source: "src dir",
    groups: ["a", "b"],
    extras: ["x"],
    prune: ["boto3"],
    sourceBuilds: ["psycopg2"],
    bundling: { mode: "docker", image: "registry.example:5000/build/python@sha256:0123abcd" },
  },
  { onlyGroups: ["a"], groups: [], extras: [] },
  { include: ["tests/**", "/a.pem"], exclude: ["*.{md,txt}"], copyFiles: [{ from: "../x", to: "a/b" }] },
  { provided: { numpy: "2.3.1 (partial)" }, layers: [layerArn] },
  { onlyInclude: ["app/", "shared/**"], dependencyExclude: ["tests/", "*.pyi"], checks: { secrets: "warn" } },
  { handler: "a.b.handler", runtime: "python3.9" },
  { handler: "a/b.handler", runtime: "python3.15", architecture: "arm64", packageFormat: "zip", bytecode: true },
  { handler: "über.händler", checks: { handler: "off", binaries: "warn", collisions: "error", sizes: "off" } },
  {
    name: "a-b_C1",
    description: "",
    tags: { a: "\u{10400}".repeat(256) },
    memorySize: 128,
    timeout: 1,
    ephemeralStorage: { size: 512 },
  },
  { memorySize: 10240, timeout: 900, ephemeralStorage: { size: 10240 }, name: "x".repeat(59), description: bytes(256) },
  { environment: { AB: "", Z9_: bytes(4091) }, kmsKeyArn: keyArn, layers: [layerArn], logRetentionDays: 0 },
  { packageFormat: "layer", retainLayerVersions: false },
  { packageFormat: "image", image: { workingDirectory: "/var/task" } },
  { role: roleArn, logGroup: "/a/b", retainLogs: false, tracingMode: "Active", policyArns: [] },
  { roleName: "a+=,.@-_", rolePath: "/a/b/", permissionsBoundary: policyArn, policyArns: [policyArn] },
  {
    inlinePolicies: { "a.b": document },
    logGroupName: "/a.b-c_d#",
    logRetentionDays: 3653,
    tracingMode: "PassThrough",
  },
  { buildEnvironment: { UV_INDEX_A_PASSWORD: "" }, name: "x".repeat(64), roleName: "r" },
  ...rightSettings,
  { memorySize: pulumi.output(pulumi.unknown), environment: { AB: pulumi.unknown }, buildEnvironment: pulumi.unknown },
];

/** Inputs, and the beginning of each problem. */
const wrong: [pulumi.Inputs, ...string[]][] = [
  [{ project: "" }, "project: must not be empty"],
  [{ project: undefined }, "project: is required"],
  [{ project: 5 }, "project: must be a string; given: 5"],
  [{ project: "a\0b" }, "project: must not contain a NUL"],
  [{ memorysize: 1, qwerty: 2 }, 'memorysize: is not an input. Did you mean "memorySize"?', "qwerty: is not an input."],
  [{ groups: "a" }, 'groups: must be a list; given: "a"'],
  [{ groups: ["-x"] }, "groups[0]: must be a name"],
  [{ extras: ["a\nb"] }, "extras[0]: must not contain a line break"],
  [{ bundling: { mode: "podman" } }, 'bundling.mode: must be "local" or "docker"'],
  [{ bundling: { mode: "docker", image: "--privileged" } }, "bundling.image: must be the name of an image"],
  [{ bundling: { image: "build:1" } }, 'bundling.image: is only used with `mode: "docker"`'],
  [{ extras: ["--a"], prune: ["-r x"], sourceBuilds: ["a b"] }, "extras[0]:", "prune[0]:", "sourceBuilds[0]:"],
  [{ package: "--all" }, "package: must be a name"],
  [{ groups: ["a", "b", "a"] }, "groups[2]: is in the list twice"],
  [{ groups: [null] }, "groups[0]: must not be null"],
  [{ onlyGroups: ["a"], groups: ["b"], extras: ["c"] }, "groups: cannot be combined", "extras: cannot be combined"],
  [{ include: [""] }, "include[0]: must not be empty"],
  [{ exclude: ["../x"] }, "exclude[0]:"],
  [{ onlyInclude: ["app", "!x"] }, "onlyInclude[1]:"],
  [{ dependencyExclude: ["a/../b"], checks: { secrets: "no" } }, "dependencyExclude[0]:", "checks.secrets: must be"],
  [{ copyFiles: [{ from: "a", to: "../b" }] }, "copyFiles[0].to: must be relative"],
  [{ copyFiles: [{ from: "a", to: "/b" }] }, "copyFiles[0].to: must be relative"],
  [{ copyFiles: [{ from: "a" }] }, "copyFiles[0].to: is required"],
  [{ copyFiles: [{ from: "a", to: "b", too: "c" }] }, "copyFiles[0].too: is not an input."],
  [{ copyFiles: ["a"] }, "copyFiles[0]: must be an object"],
  [{ handler: "handler" }, "handler: must name a module and a function"],
  [{ handler: "a b.c" }, "handler: must name a module and a function"],
  [{ handler: "-m.c" }, "handler: must name a module and a function"],
  [{ handler: ".a.b" }, "handler: must name a module and a function"],
  [{ handler: "a..b" }, "handler: must not have empty parts"],
  [{ handler: `${bytes(127)}.a` }, "handler: must have at most 128 characters, has 129"],
  [{ runtime: "nodejs22.x" }, "runtime: must be a Python runtime"],
  [
    { runtime: "3.12" },
    'runtime: must be a Python runtime of Lambda (python3.8 to python3.15, or a newer python3.N), as in `python3.12`; given: "3.12"',
  ],
  [
    { runtime: "python3.12.1" },
    "runtime: must be a Python runtime of Lambda (python3.8 to python3.15, or a newer python3.N), as in `python3.12`;",
  ],
  [
    { runtime: "python3.7" },
    "runtime: must be a Python runtime of Lambda (python3.8 to python3.15, or a newer python3.N), as in `python3.14`. AWS has ended this one;",
  ],
  [{ runtime: "python3.014" }, "runtime: must be a Python runtime"],
  [{ architecture: "arm" }, 'architecture: must be "arm64" or "x86_64"; given: "arm"'],
  [{ image: {} }, "image: needs `packageFormat` to be `image`"],
  [{ packageFormat: "tar" }, 'packageFormat: must be "zip"'],
  [{ bytecode: "true" }, 'bytecode: must be true or false; given: "true"'],
  [{ checks: { handler: "no", size: "off" } }, "checks.size: is not an input. Did you mean", "checks.handler: must be"],
  [{ name: "a b" }, "name: may have letters"],
  [{ name: bytes(65), roleName: "r" }, "name: must have at most 64 characters, has 65"],
  [{ name: bytes(60) }, "name: the name of its role would be <name>-role, which is longer"],
  [{ description: bytes(257) }, "description: must have at most 256"],
  [{ tags: { "aws:a": "b" } }, 'tags["aws:a"]: tags that begin with `aws:`'],
  [{ tags: { a: bytes(257) } }, "tags.a: the value of a tag"],
  [
    { tags: { a: "cafe\u0301" } },
    "tags.a: the value of a tag may have letters, digits, spaces and `_.:/=+-@`; it has combining marks, and none in Unicode's form NFC",
  ],
  [
    { tags: { "\u0939\u093f": "" } },
    'tags["\u0939\u093f"]: the name of a tag may have letters, digits, spaces and `_.:/=+-@`; it has combining marks',
  ],
  [
    { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"])) },
    "tags: must have at most 50 tags",
  ],
  [{ memorySize: 127 }, "memorySize: must be 128 to 10240 MB; given: 127"],
  [{ memorySize: 128.5 }, "memorySize: must be a whole number"],
  [{ timeout: 0 }, "timeout: must be 1 to 900 seconds"],
  [{ ephemeralStorage: { size: 511 } }, "ephemeralStorage.size: must be 512 to 10240 MB"],
  [{ ephemeralStorage: {} }, "ephemeralStorage.size: is required"],
  [{ environment: { AWS_REGION: "x" } }, "environment.AWS_REGION: is reserved"],
  [{ environment: { A: "x" } }, "environment.A: the name must begin"],
  [{ environment: { "A-B": "x" } }, "environment.A-B: the name must begin"],
  [{ environment: { AB: bytes(4095) } }, "environment: names and values have 4097 bytes"],
  [{ environment: { AB: "ä".repeat(2048) } }, "environment: names and values have 4098 bytes"],
  [{ environment: { AB: 1 } }, "environment.AB: must be a string"],
  [{ kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:alias/a" }, "kmsKeyArn: must be the ARN of a KMS key"],
  [{ role: "my-role" }, "role: must be the ARN of a role"],
  [
    {
      role: roleArn,
      roleName: "r",
      rolePath: "/",
      permissionsBoundary: policyArn,
      policyArns: [policyArn],
      inlinePolicies: { a: document },
    },
    ...["roleName", "rolePath", "permissionsBoundary", "policyArns", "inlinePolicies"].map(
      (p) => `${p}: cannot be combined with \`role\``,
    ),
  ],
  [{ roleName: "a/b" }, "roleName: may have"],
  [{ rolePath: "a/" }, "rolePath: must begin and end"],
  [{ policyArns: ["AdministratorAccess"] }, "policyArns[0]: must be the ARN"],
  [{ policyArns: pulumi.unknown }, "policyArns: must be known before the deployment"],
  [{ inlinePolicies: { a: "{}" } }, "inlinePolicies.a: must be a policy document"],
  [{ inlinePolicies: { a: "not json" } }, "inlinePolicies.a: must be a policy document"],
  [{ inlinePolicies: { "a b": document } }, 'inlinePolicies["a b"]: a policy\'s name'],
  [{ layers: Array.from({ length: 6 }, (_, i) => `${layerArn}${i}`) }, "layers: must have at most 5 layers, has 6"],
  [{ layers: [layerArn.slice(0, -2)] }, "layers[0]: must be the ARN of a layer version"],
  [{ retainLayerVersions: "no" }, "retainLayerVersions: must be true or false"],
  [{ logRetentionDays: 2 }, "logRetentionDays: must be one of 0, 1, 3"],
  [{ logGroup: "arn:aws:logs:eu-west-1:1:log-group:a" }, "logGroup: must be the log group's name, not its ARN"],
  [{ logGroupName: "a b" }, "logGroupName: may have letters"],
  [{ logGroupName: "aws/lambda/a" }, "logGroupName: must not begin with `aws/`"],
  [
    { logGroup: "a", logGroupName: "b", logRetentionDays: 1, retainLogs: true },
    ...["logGroupName", "logRetentionDays", "retainLogs"].map((p) => `${p}: cannot be combined with \`logGroup\``),
  ],
  [{ tracingMode: "On" }, "tracingMode: must be"],
  ...wrongSettings,
  [{ handler: pulumi.unknown }, "handler: must be known before the deployment"],
  [{ buildEnvironment: { FOO: "x" } }, "buildEnvironment.FOO: cannot be set for uv"],
  [{ project: new pulumi.asset.FileAsset("x") }, "project: must be a string; given: an asset or resource"],
];

describe("functionProblems", () => {
  beforeEach(() => mockEngine(true));

  for (const inputs of right) {
    it(`accepts ${JSON.stringify(inputs).slice(0, 100)}`, async () => assert.deepEqual(await problems(inputs), []));
  }
  for (const [inputs, ...expected] of wrong) {
    it(`refuses ${JSON.stringify(inputs).slice(0, 100)}`, async () => {
      const found = await problems(inputs);
      assert.equal(found.length, expected.length, found.join("\n"));
      found.forEach((problem, i) => assert.ok(problem.startsWith(expected[i] ?? "?"), `${problem}\n${expected[i]}`));
    });
  }

  it("has a right and a wrong case for every input", () => {
    const { inputProperties } = schema.resources["uvlambda:index:Function"]!;
    const tried = (cases: pulumi.Inputs[]) =>
      new Set(["project", "source", "retainLogs", ...cases.flatMap(Object.keys)]);
    for (const cases of [right, wrong.map(([inputs]) => inputs)]) {
      assert.deepEqual(
        Object.keys(inputProperties).filter((key) => !tried(cases).has(key)),
        [],
      );
    }
  });

  it("refuses a secret where a plain text decides what is built: the state would show it", async () => {
    const { inputProperties } = schema.resources["uvlambda:index:Function"]!;
    const plain = Object.entries(inputProperties).filter(([, property]) => property.plain === true);
    const names = (type: (property: PropertySchema) => boolean) => plain.filter(([, p]) => type(p)).map(([key]) => key);
    const texts = names(({ type }) => type === "string");
    const lists = names(({ items }) => items?.plain === true && items.type === "string");
    assert.ok(texts.length > 4 && lists.length > 8, [...texts, ...lists].join());
    const secretOf = async (inputs: pulumi.Inputs) =>
      (await problems(inputs)).filter((problem) => / is secret, but it decides/.test(problem));
    for (const key of texts)
      assert.match((await secretOf({ [key]: pulumi.secret("a") })).join(), RegExp(`^${key}: is`));
    for (const key of lists)
      for (const value of [["a", pulumi.secret("b")], pulumi.secret(["a", "b"])])
        assert.match((await secretOf({ [key]: value })).join(), RegExp(`\\b${key}\\[1\\]: is`));
    assert.equal((await secretOf({ powertools: { version: pulumi.secret("latest") } })).length, 1);
    const whole = {
      bundling: [{ mode: "docker", image: "a" }, "bundling.image"],
      copyFiles: [[{ from: "a", to: "b" }], "copyFiles[0].from", "copyFiles[0].to"],
      powertools: [{ version: "latest" }, "powertools.version"],
      image: [{ dockerfile: "a", buildArgs: { a: "b" } }, "image.dockerfile"],
    };
    for (const [key, [value, ...paths]] of Object.entries(whole))
      assert.deepEqual(
        (await problems({ [key]: pulumi.secret(value) })).filter((text) => text.includes("as a whole")),
        paths.map(
          (path) =>
            `${path}: is secret because \`${key}\` is secret as a whole, but it decides what is built or created, so the state or messages show it in clear; mark only values in \`${key}\` that need it`,
        ),
      );
    assert.match(
      (await problems({ image: pulumi.secret({ buildArgs: { a: "b" } }) })).join("\n"),
      /^image.buildArgs: is secret, and build arguments can be read/m,
    );
    const outputs = {
      tags: { a: "b" },
      vpcConfig: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
      functionUrl: { authorizationType: "NONE", cors: { allowOrigins: ["https://a.example"] } },
      loggingConfig: { logFormat: "JSON", systemLogLevel: "WARN" },
      checks: { handler: "warn" },
      policyArns: [policyArn],
      inlinePolicies: { a: document },
      buildEnvironment: {},
    };
    const secrets = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, pulumi.secret(value)]));
    assert.deepEqual(await problems({ ...secrets, image: { secrets: { a: pulumi.secret("b") } } }), [
      "image: needs `packageFormat` to be `image`, but it is `zip`",
    ]);
  });

  it("never quotes a secret", async () => {
    const found = await problems({
      role: pulumi.secret("s3cret"),
      layers: pulumi.secret(["s3cret"]),
      environment: { S3: pulumi.output(77) },
      buildEnvironment: { FOO: "s3cret", UV_INDEX_A_PASSWORD: 77 },
      inlinePolicies: { a: pulumi.secret("s3cret") },
    });
    assert.equal(found.length, 7, found.join("\n"));
    assert.doesNotMatch(found.join("\n"), /s3cret|77/);
  });
});

describe("functionWarnings", () => {
  const warnings = async (environment: object) => functionWarnings(await resolveInputs({ environment }));

  it("warns of PYTHONPATH", async () => {
    assert.deepEqual(await warnings({ PATHS: "x" }), []);
    assert.match((await warnings({ PYTHONPATH: "x" })).join(), /^environment\.PYTHONPATH/);
  });

  it("warns of variables that are too large only as JSON", async () => {
    assert.deepEqual(await warnings({ AB: bytes(4087), CD: pulumi.unknown }), []);
    assert.match((await warnings({ AB: bytes(4088) })).join(), /^environment has 4097 bytes as JSON/);
  });
});
