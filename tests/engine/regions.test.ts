import * as assert from "node:assert/strict";
import { imageBench } from "./images.js";
import { powertoolsVersion, publishPowertools } from "./powertools.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type StackResource, type Workspace } from "./harness.js";

/** Two functions with everything around them, each under an explicit provider. Further ones are for previews only. */
const program = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as uvlambda from "@uvlambda/uvlambda";

const config = new pulumi.Config("aws");

function provider(name: string, region: string): aws.Provider {
  return new aws.Provider(name, {
    region: region as aws.Region,
    accessKey: config.require("accessKey"),
    secretKey: config.require("secretKey"),
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    s3UsePathStyle: true,
    endpoints: config.requireObject("endpoints"),
  });
}

const inputs: uvlambda.FunctionArgs = {
  project: "../single-app",
  runtime: "python3.11",
  architecture: "x86_64",
  packageFormat: "layer",
  powertools: { version: "${powertoolsVersion}" },
  publish: true,
  deadLetterQueue: true,
  functionUrl: { authorizationType: "NONE" },
  eventInvokeConfig: { maximumRetryAttempts: 1 },
  tracingMode: "Active",
};

new uvlambda.Function("west", inputs, { provider: provider("in-west", "us-west-2") });
const providers = { aws: provider("in-north", "eu-north-1") };
new uvlambda.Function("north", inputs, { providers });
if (new pulumi.Config().getBoolean("image")) {
  const { powertools, ...others } = inputs;
  new uvlambda.Function("north-image", { ...others, packageFormat: "image" }, { providers });
}
if (new pulumi.Config().getBoolean("china")) {
  const china = { ...inputs, logGroup: "/shared/logs" };
  new uvlambda.Function("china", china, { provider: provider("in-china", "cn-north-1") });
}
`;

/** Types of the children that a region or a provider matters to. */
const children = [
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:lambda/alias:Alias",
  "aws:lambda/function:Function",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:lambda/layerVersion:LayerVersion",
  "aws:lambda/permission:Permission",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:sqs/queue:Queue",
];

const regions = { west: "us-west-2", north: "eu-north-1" };

/** Smaller than any archive, so that all go through S3. */
const uploads = { env: { UVLAMBDA_DIRECT_UPLOAD_LIMIT: "1" } };

/** Regions of all ARNs in the value, if they name one. */
function regionsNamed(value: unknown): string[] {
  const arns = JSON.stringify(value).matchAll(/arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]+):/g);
  return [...new Set([...arns].map(([, region = ""]) => region))];
}

describe("two explicit providers in one program", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "typescript", functions: {}, files: { "index.ts": program } });
    for (const region of [...Object.values(regions), "cn-north-1"])
      await publishPowertools(workspace.run.aws, { region });
  });

  skipAfterFailure();

  async function childrenOf(name: string): Promise<StackResource[]> {
    const { resources = [] } = (await workspace.stackExport()).deployment;
    const component = resources.find(({ urn }) => urn.endsWith(`::uvlambda:index:Function::${name}`))?.urn;
    return resources.filter(({ parent }) => parent !== undefined && parent === component);
  }

  it("deploys", async () => {
    mustSucceed(await workspace.up(uploads));
    mustSucceed(await workspace.preview(["--expect-no-changes"], uploads));
  });

  for (const [name, region] of Object.entries(regions)) {
    it(`gives every child of ${name} its provider, and ARNs in ${region}`, async () => {
      const ofAws = (await childrenOf(name)).filter(({ type }) => type.startsWith("aws:"));
      assert.deepEqual([...new Set(ofAws.map(({ type }) => type))].sort(), children);
      for (const { urn, provider, inputs, outputs } of ofAws) {
        assert.match(provider ?? "", new RegExp(`::pulumi:providers:aws::in-${name}::`), urn);
        assert.deepEqual(
          regionsNamed([inputs, outputs]).filter((one) => one !== region),
          [],
          urn,
        );
        assert.equal(outputs?.["region"] ?? region, region, urn);
      }
      assert.deepEqual(regionsNamed(ofAws), [region]);
      const build = (await childrenOf(name)).find(({ type }) => type === "uvlambda:index:Build");
      assert.match(build?.provider ?? "", /::pulumi:providers:uvlambda::default/);
    });

    it(`runs ${name} in ${region}, and nowhere else`, async () => {
      const fn = (await childrenOf(name)).find(({ type }) => type === "aws:lambda/function:Function");
      const functionName = String(fn?.outputs?.["name"]);
      assert.deepEqual(await workspace.invoke(functionName, { name: "Ada" }, region), {
        answer: "Hello, Ada (greeting-lib 1.0)",
        from: "single",
      });
      await assert.rejects(workspace.invoke(functionName, { name: "Ada" }), { name: "ResourceNotFoundException" });
    });
  }

  async function planned(setting: string): Promise<StackResource[]> {
    mustSucceed(await workspace.pulumi(["config", "set", setting, "true"]));
    const { stdout } = mustSucceed(await workspace.preview(["--json"], uploads));
    return (JSON.parse(stdout) as { steps: { newState: StackResource }[] }).steps.map(({ newState }) => newState);
  }

  it("makes the repository of an image under the same provider", async function () {
    await imageBench(this, workspace.run);
    const ofEcr = (await planned("image")).filter(({ type }) => type.startsWith("aws:ecr/"));
    assert.deepEqual(ofEcr.map(({ urn }) => urn.split("::").at(-1)).sort(), [
      "north-image-repository",
      "north-image-repository-lifecycle",
    ]);
    for (const { urn, provider } of ofEcr) assert.match(provider ?? "", /::pulumi:providers:aws::in-north::/, urn);
    mustSucceed(await workspace.pulumi(["config", "rm", "image"]));
  });

  it("writes ARNs of China's partition for a provider there", async () => {
    const resources = await planned("china");
    const policy = resources.find(({ urn }) => urn.endsWith("::china-logs-policy"))?.inputs?.["policy"];
    const fn = resources.find(({ urn }) => urn.endsWith("lambda/function:Function::china"));
    assert.match(JSON.stringify(fn?.inputs?.["layers"]), /:cn-north-1:[^"]*:layer:powertools:/);
    assert.match(String(policy), /arn:aws-cn:logs:cn-north-1:123456789012:log-group:\/shared\/logs/);
  });

  it("destroys both", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});
