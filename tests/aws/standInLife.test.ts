import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { skipIf } from "../support/skip.js";
import { writeZip } from "./archive/writeZip.js";
import { makeRole, plainClient } from "./fixtures.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "./localAws.js";
import { cachedMetadata } from "./plugin/install.js";
import type { Metadata } from "./plugin/metadata.js";
import { StandIn } from "./plugin/provider.js";
import { UNKNOWN, type Values } from "./plugin/values.js";

const NAMING = { resourceName: "thing", randomSeed: new Uint8Array([1, 2, 3]) };

interface LifeOf {
  readonly token: string;
  readonly inputs: Values;
  readonly change?: Values;
  /** Without the setting, AWS uses its own, which can be read. */
  readonly neverGone?: boolean;
}

describe("the life cycle of each type of the aws stand-in", function () {
  this.timeout(120_000);
  let metadata: Metadata;

  let aws: LocalAws;
  let standIn: StandIn;
  let role: string;

  before(async function () {
    skipIf(this, whyNoLocalAws());
    metadata = JSON.parse(readFileSync(cachedMetadata(), "utf8")) as Metadata;
    aws = await startLocalAws();
    standIn = new StandIn(metadata, aws.env());
    standIn.configure({ defaultTags: JSON.stringify({ tags: { owner: "team" } }) });
    role = await makeRole(aws, "life");
    await plainClient(aws).rest("lambda", "POST", "/2015-03-31/functions", {
      FunctionName: "there",
      Role: role,
      Runtime: "python3.12",
      Handler: "app.handler",
      Publish: true,
      Code: { ZipFile: writeZip([{ name: "app.py", content: "" }]).toString("base64") },
    });
    await plainClient(aws).restXml(
      "PUT",
      "/life-bucket",
      {},
      "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>",
    );
    await plainClient(aws).json("ecr", "AmazonEC2ContainerRegistry_V20150921.CreateRepository", {
      repositoryName: "life-repository",
    });
    const layer = { Content: { ZipFile: writeZip([{ name: "python/a.py", content: "" }]).toString("base64") } };
    await plainClient(aws).restXml("PUT", "/life-bucket/layer.zip", {}, Buffer.from(layer.Content.ZipFile, "base64"));
  });
  after(() => aws?.stop());

  const ECR_POLICY = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 9 },
        action: { type: "expire" },
      },
    ],
  });
  const lives: readonly LifeOf[] = [
    {
      token: "aws:lambda/layerVersion:LayerVersion",
      inputs: { layerName: "deps", s3Bucket: "life-bucket", s3Key: "layer.zip", compatibleRuntimes: ["python3.12"] },
    },
    {
      token: "aws:lambda/alias:Alias",
      inputs: { name: "live", functionName: "there", functionVersion: "1" },
      change: { description: "changed" },
    },
    {
      token: "aws:lambda/permission:Permission",
      inputs: { function: "there", action: "lambda:InvokeFunction", principal: "events.amazonaws.com" },
    },
    {
      token: "aws:lambda/functionUrl:FunctionUrl",
      inputs: { functionName: "there", authorizationType: "AWS_IAM" },
      change: { authorizationType: "NONE", cors: { allowOrigins: ["*"], maxAge: 60 } },
    },
    {
      token: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      inputs: { functionName: "there", maximumEventAgeInSeconds: 60 },
      change: { maximumRetryAttempts: 0 },
    },
    {
      token: "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
      inputs: { functionName: "there", qualifier: "1", provisionedConcurrentExecutions: 1 },
      change: { provisionedConcurrentExecutions: 2 },
    },
    {
      token: "aws:sqs/queue:Queue",
      inputs: { sqsManagedSseEnabled: true, messageRetentionSeconds: 1_209_600, tags: { a: "1" } },
      change: { messageRetentionSeconds: 60, tags: { b: "2" } },
    },
    { token: "aws:s3/bucket:Bucket", inputs: { forceDestroy: true, tags: { a: "1" } }, change: { tags: { a: "2" } } },
    {
      token: "aws:s3/bucketObjectv2:BucketObjectv2",
      inputs: { bucket: "life-bucket", key: "a/b c.txt", content: "one" },
      change: { content: "two" },
    },
    {
      token: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      inputs: { bucket: "life-bucket", blockPublicAcls: true },
      change: { blockPublicPolicy: true },
    },
    {
      token: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      inputs: {
        bucket: "life-bucket",
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: true }],
      },
      neverGone: true,
    },
    {
      token: "aws:ecr/repository:Repository",
      inputs: { forceDelete: true, imageScanningConfiguration: { scanOnPush: true } },
      change: { imageTagMutability: "IMMUTABLE" },
    },
    {
      token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      inputs: { repository: "life-repository", policy: ECR_POLICY },
    },
    {
      token: "aws:cloudwatch/logGroup:LogGroup",
      inputs: { retentionInDays: 7, tags: { a: "1" } },
      change: { retentionInDays: 0 },
    },
    {
      token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      inputs: { role: "life", policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" },
    },
  ];

  for (const { token, inputs: given, change, neverGone } of lives) {
    it(`${token}: made, unchanged, read back, changed, deleted`, async () => {
      const { inputs, failures } = standIn.check(token, {}, given, NAMING);
      assert.deepEqual(failures, []);
      const planned = await standIn.create(token, inputs, true);
      const { id, state } = await standIn.create(token, inputs, false);
      for (const name of Object.keys(planned.state)) {
        if (planned.state[name] !== UNKNOWN)
          assert.deepEqual(state[name], planned.state[name], `preview and result differ in ${name}`);
      }
      assert.deepEqual(
        standIn.diff(token, inputs, state, inputs).changes,
        [],
        "a made resource differs from its inputs",
      );
      const read = await standIn.read(token, id, state, inputs);
      assert.deepEqual(read?.state, state, "a refresh changes the state");
      assert.deepEqual(read?.inputs, inputs, "a refresh changes the inputs");
      let last = state;
      if (change !== undefined) {
        const { inputs: news } = standIn.check(token, inputs, { ...given, ...change }, NAMING);
        assert.deepEqual(standIn.diff(token, inputs, state, news).replaced, []);
        last = await standIn.update({ token, id, before: inputs, state }, news, false);
        assert.deepEqual(
          standIn.diff(token, news, last, news).changes,
          [],
          "an updated resource differs from its inputs",
        );
        assert.deepEqual(
          (await standIn.read(token, id, last, news))?.state,
          last,
          "a refresh changes the updated state",
        );
      }
      if (metadata.resources[token]?.outputs["tagsAll"] !== undefined)
        assert.equal((last["tagsAll"] as Values)["owner"], "team");
      await standIn.delete(token, id, last);
      assert.equal((await standIn.read(token, id, last, inputs)) === undefined, neverGone !== true);
      await standIn.delete(token, id, last);
    });
  }

  it("compares a queue's redrive policy as JSON", async () => {
    const token = "aws:sqs/queue:Queue";
    await plainClient(aws).json("sqs", "AmazonSQS.CreateQueue", { QueueName: "dead" });
    const deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:dead";
    const checked = (maxReceiveCount: number): Values => {
      const redrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount }, null, 1);
      return standIn.check(token, {}, { name: "spaced", redrivePolicy }, NAMING).inputs;
    };
    const [inputs, other] = [checked(3), checked(4)];
    const { id, state } = await standIn.create(token, inputs, false);
    assert.notEqual(state["redrivePolicy"], inputs["redrivePolicy"], "answered without white space");
    assert.deepEqual(standIn.diff(token, inputs, state, inputs).changes, []);
    assert.deepEqual(standIn.diff(token, inputs, state, other).changes, [{ path: "redrivePolicy", kind: "update" }]);
    await standIn.delete(token, id, state);
  });

  it("takes a region for each resource", async () => {
    const token = "aws:cloudwatch/logGroup:LogGroup";
    const { inputs } = standIn.check(token, {}, { name: "elsewhere", region: "us-west-2" }, NAMING);
    const { state } = await standIn.create(token, inputs, false);
    assert.match(String(state["arn"]), /^arn:aws:logs:us-west-2:123456789012:log-group:elsewhere$/);
  });

  it("answers function calls", async () => {
    await plainClient(aws).json("ssm", "AmazonSSM.PutParameter", { Name: "/a/b", Value: "v", Type: "String" });
    assert.equal((await standIn.invoke("aws:ssm/getParameter:getParameter", { name: "/a/b" })).value["value"], "v");
    assert.equal((await standIn.invoke("aws:index/getPartition:getPartition", {})).value["partition"], "aws");
    assert.equal((await standIn.invoke("aws:index/getRegion:getRegion", {})).value["region"], "eu-central-1");
    assert.equal(
      (await standIn.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken", {})).value["userName"],
      "AWS",
    );
    assert.match(JSON.stringify((await standIn.invoke("aws:index/getRegion:getRegion", { rgn: "x" })).failures), /rgn/);
  });

  it("never calls AWS itself", async () => {
    const lost = new StandIn(metadata, { AWS_REGION: "eu-central-1" });
    lost.configure({});
    await assert.rejects(lost.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}), /only talks to a local AWS/);
  });
});
