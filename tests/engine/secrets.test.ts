import * as assert from "node:assert/strict";
import { createWorkspace, skipAfterFailure, type Workspace } from "./harness.js";

/** Every input that takes an output. `later` makes it known after the first deployment only, and secret. */
const program = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

const queue = new aws.sqs.Queue("queue");
const later = <T>(value: T): pulumi.Output<T> => pulumi.secret(queue.arn.apply(() => value));
const statement = { Sid: "hushStatement", Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" };
const document = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" } as const;
const buildEnvironment = later({ UV_INDEX_PRIVATE_PASSWORD: "hush-build-environment" });
const artifactBucket = later("hush-bucket");

new uvlambda.Function("full", {
  ...inputs,
  buildEnvironment,
  artifactBucket,
  name: later("full-name"),
  description: later("hush-description"),
  tags: later({ team: "full-team" }),
  memorySize: later(333),
  timeout: later(44),
  ephemeralStorage: { size: later(777) },
  environment: later({ TOKEN: "hush-environment" }),
  kmsKeyArn: later("arn:aws:kms:eu-central-1:123456789012:key/hush-key"),
  codeSigningConfigArn: later("arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0123456789abcdefg"),
  roleName: later("full-role-name"),
  rolePath: later("/full-path/"),
  permissionsBoundary: later("arn:aws:iam::aws:policy/hush-boundary"),
  policyArns: [later("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")],
  inlinePolicies: { list: later(document) },
  logRetentionDays: later(7),
  logGroupName: later("/full/log-group"),
  publish: true,
  aliasName: later("full-alias"),
  deadLetterTargetArn: later(queue.arn) as never,
  provisionedConcurrency: later(1),
  functionUrl: {
    authorizationType: "AWS_IAM",
    invokeMode: later("RESPONSE_STREAM"),
    cors: { allowOrigins: later(["https://hush-origin.example"]), maxAge: later(55) },
  },
  eventInvokeConfig: {
    maximumRetryAttempts: later(1),
    maximumEventAgeInSeconds: later(99),
    destinationConfig: { onFailure: { destination: later(queue.arn) as never } },
  },
  loggingConfig: { logFormat: later("JSON"), applicationLogLevel: later("WARN") },
});

const layer = new uvlambda.Layer("layer", {
  ...inputs,
  buildEnvironment,
  artifactBucket,
  name: later("layer-name"),
  description: later("hush-layer-description"),
});
const role = new aws.iam.Role("role", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
new uvlambda.Function("given", {
  ...inputs,
  role: pulumi.secret(role.arn),
  logGroup: later("/given/logs"),
  layers: later([layer.layerArn]) as never,
  provided: pulumi.secret(layer.packages),
  powertools: { layerArn: later("arn:aws:lambda:eu-central-1:017000801446:layer:hush-powertools:1") },
  durableConfig: { executionTimeout: later(60), retentionPeriod: later(2) },
  reservedConcurrentExecutions: later(3),
});
`;

describe("inputs that are secret, and unknown in the first preview", function () {
  this.timeout(240_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "typescript", functions: {}, files: { "index.ts": program } });
  });

  skipAfterFailure();

  /** What the command says, which never holds a secret. Nobody validates resources that are encrypted (validated.ts). */
  async function said(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await workspace.start(args).result;
    const text = stdout + stderr;
    assert.equal(code, 0, text);
    assert.doesNotMatch(text, /hush/);
    return text;
  }

  it("are planned as unknown", async () => {
    const text = await said("preview", "--diff");
    assert.match(text, /\+ aws:lambda\/function:Function: \(create\)[^]*memorySize +: \[unknown\]/);
    assert.doesNotMatch(text, /warning|error/);
  });

  it("are deployed, and stand nowhere in clear", async () => {
    await said("up", "--yes", "--skip-preview", "--diff");
    const { deployment } = await workspace.stackExport();
    assert.doesNotMatch(JSON.stringify(deployment), /hush/);
    const secrets = JSON.stringify(deployment).match(/"ciphertext"/g) ?? [];
    assert.ok(secrets.length > 100, `${secrets.length} secrets`);
  });

  it("are no change afterwards, with and without a refresh", async () => {
    await said("preview", "--diff", "--expect-no-changes");
    await said("preview", "--diff", "--expect-no-changes", "--refresh");
  });

  it("are not shown when they change", async () => {
    for (const [from, to] of [
      ["hush-environment", "hush-2"],
      ["hush-description", "hush-3"],
      ["hushStatement", "hush4"],
    ])
      workspace.edit("infra/index.ts", from!, to!);
    const text = await said("preview", "--diff");
    assert.match(text, /~ environment/);
    assert.match(text, /~ description/);
    assert.match(text, /~ policy/);
  });
});
