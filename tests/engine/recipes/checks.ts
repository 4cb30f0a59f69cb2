import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient, sendHttp } from "../../aws/client/client.js";
import { mustSucceed, type StackResource, type Workspace } from "../harness.js";
import { PrivateIndex } from "../../packaging/support/privateIndex.js";
import { makeWheel, zip } from "../../support/wheels.js";
import type { RecipeLanguage } from "./page.js";

export type Outputs = Readonly<Record<string, unknown>>;

export interface Recipe {
  /** Runtime of the test's stack. Default: python3.11. */
  readonly runtime?: string;
  /** Runs before the first `up`, after the page's files are written and before the lock is made. */
  readonly prepare?: (workspace: Workspace, language: RecipeLanguage) => Promise<void>;
  readonly check: (workspace: Workspace, outputs: Outputs, language: RecipeLanguage) => Promise<void>;
}

function awsOf({ run: { aws } }: Workspace): AwsClient {
  return new AwsClient(() => aws.endpoint, { region: aws.region, accessKey: aws.accountId });
}

async function setConfig(workspace: Workspace, ...args: string[]): Promise<void> {
  mustSucceed(await workspace.pulumi(["config", "set", ...args]));
}

/** A layer that somebody else published, with these files at paths below /opt. */
async function publishLayer(
  workspace: Workspace,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const content = { ZipFile: zip(files).toString("base64") };
  const made = await awsOf(workspace).rest("lambda", "POST", `/2018-10-31/layers/${name}/versions`, {
    Content: content,
  });
  return String(made["LayerVersionArn"]);
}

async function resources(workspace: Workspace, type: string): Promise<readonly StackResource[]> {
  const { resources: all = [] } = (await workspace.stackExport()).deployment;
  return all.filter((one) => one.type === type);
}

async function functionInputs(workspace: Workspace): Promise<Record<string, unknown>> {
  const [fn] = await resources(workspace, "aws:lambda/function:Function");
  return fn?.inputs ?? {};
}

/** The response of API Gateway to an HTTP client. */
async function httpApi(workspace: Workspace, { apiId }: Outputs): Promise<void> {
  const url = `/_aws/execute-api/${String(apiId)}/$default/orders/7`;
  // The validator in front refuses unsigned requests, but this API needs no signature.
  const scope = `${workspace.run.aws.accountId}/20260101/${workspace.run.aws.region}/execute-api/aws4_request`;
  const signed = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${"0".repeat(64)}`;
  const answer = await sendHttp(workspace.run.aws.endpoint, { path: url, headers: { authorization: signed } });
  assert.equal(answer.status, 200, answer.body.toString());
  assert.deepEqual(JSON.parse(answer.body.toString()), { order: "7" });
}

async function schedule(workspace: Workspace, { functionName, rule }: Outputs): Promise<void> {
  const { Targets = [] } = await awsOf(workspace).json("events", "AWSEvents.ListTargetsByRule", { Rule: rule });
  const [target] = Targets as { Arn: string; Input: string }[];
  assert.match(target?.Arn ?? "", new RegExp(`:function:${String(functionName)}$`));
  const answer = await workspace.invoke(String(functionName), JSON.parse(target?.Input ?? "null"));
  assert.deepEqual(answer, { tenant: "acme", removed: 3 });
}

/** Of three messages, two are processed and deleted, and the broken one stays. */
async function sqs(workspace: Workspace, { queueUrl, functionName }: Outputs): Promise<void> {
  const records = ['{"number": 1}', "broken", '{"number": 2}'].map((body, index) => ({ messageId: `m${index}`, body }));
  assert.deepEqual(await workspace.invoke(String(functionName), { Records: records }), {
    batchItemFailures: [{ itemIdentifier: "m1" }],
  });
  const aws = awsOf(workspace);
  const call = (operation: string, body: object) =>
    aws.json("sqs", `AmazonSQS.${operation}`, { QueueUrl: queueUrl, ...body });
  for (const { body } of records) await call("SendMessage", { MessageBody: body });
  const counted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
  let left = -1;
  for (const deadline = Date.now() + 30_000; left !== 1 && Date.now() < deadline;) {
    await sleep(500);
    const { Attributes } = await call("GetQueueAttributes", { AttributeNames: counted });
    left = counted.reduce((sum, name) => sum + Number((Attributes as Record<string, string>)[name]), 0);
  }
  assert.equal(left, 1, "the broken message stays, the others are gone");
}

async function s3Event(workspace: Workspace, { functionName, bucketName }: Outputs): Promise<void> {
  const answer = await awsOf(workspace).restXml("GET", `/${String(bucketName)}?notification`);
  assert.match(answer.body.toString(), new RegExp(`:function:${String(functionName)}<`));
  assert.match(answer.body.toString(), /incoming\//);
  const event = { Records: [{ s3: { object: { key: "incoming/a+b.csv" } } }] };
  assert.deepEqual(await workspace.invoke(String(functionName), event), { imported: ["incoming/a b.csv"] });
}

async function streaming(workspace: Workspace, { functionName }: Outputs): Promise<void> {
  const inputs = await functionInputs(workspace);
  assert.equal(inputs["handler"], "run.sh");
  assert.equal((inputs["layers"] as string[]).length, 1);
  const [url] = await resources(workspace, "aws:lambda/functionUrl:FunctionUrl");
  assert.equal(url?.inputs?.["invokeMode"], "RESPONSE_STREAM");
  assert.ok(functionName);
}

/** An edit publishes version 2. The alias sends it the share that the stack sets. */
async function gradual(workspace: Workspace, { newest, liveArn }: Outputs, language: RecipeLanguage): Promise<void> {
  assert.equal(newest, "1");
  assert.deepEqual(await workspace.invoke(String(liveArn), {}), { version: "1", greeting: "Hello" });
  workspace.edit("app/handler.py", '"Hello"', '"Hello again"');
  if (language === "yaml") workspace.edit("infra/Pulumi.yaml", "# routingConfig", "routingConfig");
  else await setConfig(workspace, "stable", "1");
  mustSucceed(await workspace.up());
  const [alias] = (await resources(workspace, "aws:lambda/alias:Alias")).filter(({ urn }) => urn.endsWith("::live"));
  assert.equal(alias?.outputs?.["functionVersion"], "1");
  assert.deepEqual(alias?.outputs?.["routingConfig"], { additionalVersionWeights: { "2": 0.1 } });
}

async function vpcDatabase(workspace: Workspace): Promise<void> {
  const inputs = await functionInputs(workspace);
  assert.deepEqual((inputs["vpcConfig"] as Record<string, unknown>)["subnetIds"], ["subnet-0a1b2c3d4e5f60718"]);
  const policies = await resources(workspace, "aws:iam/rolePolicy:RolePolicy");
  const texts = policies.map((one) => JSON.stringify(one.inputs?.["policy"]));
  for (const action of ["secretsmanager:GetSecretValue", "ec2:CreateNetworkInterface"])
    assert.ok(
      texts.some((text) => text.includes(action)),
      action,
    );
}

async function sharedLayer(workspace: Workspace, { ordersName, billingName, layerArn }: Outputs): Promise<void> {
  assert.deepEqual(await workspace.invoke(String(ordersName), { count: 12345 }), { orders: "12,345" });
  assert.deepEqual(await workspace.invoke(String(billingName), { count: 1_000_000 }), { billed: "1.0 million" });
  for (const fn of await resources(workspace, "aws:lambda/function:Function"))
    assert.deepEqual(fn.inputs?.["layers"], [layerArn]);
}

/** Ten services where the program loops over the folder, beside files that are none. */
async function manyServices(workspace: Workspace, language: RecipeLanguage): Promise<void> {
  if (language === "yaml") return;
  for (const stray of [".DS_Store", "README.md"]) fs.writeFileSync(workspace.at("app/services", stray), "");
  for (let number = 3; number <= 10; number++) {
    const name = `service-${number}`;
    fs.cpSync(workspace.at("app/services/orders"), workspace.at("app/services", name), { recursive: true });
    workspace.edit(`app/services/${name}/pyproject.toml`, 'name = "orders"', `name = "${name}"`);
    workspace.edit(`app/services/${name}/handler.py`, '"orders"', `"${name}"`);
  }
}

async function monorepo(workspace: Workspace, { functionNames }: Outputs, language: RecipeLanguage): Promise<void> {
  const names = Object.entries(functionNames as Record<string, string>);
  assert.equal(names.length, language === "yaml" ? 2 : 10);
  for (const [service, name] of names.slice(-2))
    assert.equal(await workspace.invoke(name, {}), `Hello from ${service}`);
}

/** An index that needs a password. The page names a host that does not exist. */
async function privateIndex(workspace: Workspace): Promise<void> {
  const folder = workspace.at("index-files");
  fs.mkdirSync(folder);
  makeWheel(
    { name: "company-lib", version: "1.0", files: { "company_lib.py": "def price(n):\n    return n * 2\n" } },
    folder,
  );
  const index = new PrivateIndex(folder);
  index.password = "s3cret-of-the-index";
  await index.start();
  workspace.run.atEnd.push(async () => index.stop());
  const page = fs.readFileSync(workspace.at("app/pyproject.toml"), "utf8");
  // The lock is made as the page says, with the credentials in the environment.
  const lib = page.replace("https://packages.example.com/simple", index.url);
  fs.writeFileSync(workspace.at("app/pyproject.toml"), lib);
  await setConfig(workspace, "--secret", "indexPassword", index.password);
}

const passwordInEnvironment = { UV_INDEX_COMPANY_USERNAME: "deploy", UV_INDEX_COMPANY_PASSWORD: "s3cret-of-the-index" };

async function billing(workspace: Workspace, { functionName }: Outputs): Promise<void> {
  assert.deepEqual(await workspace.invoke(String(functionName), { amount: 21 }), { price: 42 });
  assert.ok(!JSON.stringify(await workspace.stackExport()).includes("s3cret-of-the-index"));
}

async function observability(workspace: Workspace, { wrappedName, tracedName }: Outputs): Promise<void> {
  assert.deepEqual(await workspace.invoke(String(wrappedName), { order: 7 }), { paid: 7, wrapped: true });
  for (const { inputs } of await resources(workspace, "aws:lambda/function:Function"))
    assert.deepEqual(inputs?.["tracingConfig"], { mode: "Active" });
  assert.ok(tracedName);
}

async function snapStart(workspace: Workspace, { aliasArn }: Outputs): Promise<void> {
  assert.match(String(aliasArn), /:prod$/);
  assert.deepEqual((await functionInputs(workspace))["snapStart"], { applyOn: "PublishedVersions" });
}

const layerOf =
  (key: string, file: string) =>
  async (workspace: Workspace): Promise<void> =>
    setConfig(workspace, key, await publishLayer(workspace, key.toLowerCase(), { [file]: "#!/bin/sh\n" }));

async function databaseSettings(workspace: Workspace): Promise<void> {
  await setConfig(workspace, "--path", "subnetIds[0]", "subnet-0a1b2c3d4e5f60718");
  await setConfig(workspace, "--path", "securityGroupIds[0]", "sg-0a1b2c3d4e5f60718");
  await setConfig(workspace, "databaseHost", "shop.example");
  await setConfig(
    workspace,
    "--plaintext",
    "databaseSecret",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf",
  );
}

/** Variables for `uv lock` of a recipe. */
export const lockEnvironment: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "private-index": passwordInEnvironment,
};

export const recipes: Readonly<Record<string, Recipe>> = {
  "http-api": { check: httpApi },
  schedule: { check: schedule },
  sqs: { check: sqs },
  "s3-event": { check: s3Event },
  streaming: { prepare: layerOf("adapterLayer", "bootstrap"), check: streaming },
  gradual: { check: gradual },
  "vpc-database": { prepare: databaseSettings, check: vpcDatabase },
  "shared-layer": { check: sharedLayer },
  monorepo: { prepare: manyServices, check: monorepo },
  "private-index": { prepare: privateIndex, check: billing },
  observability: { prepare: layerOf("otelLayer", "otel-instrument"), check: observability },
  snapstart: { runtime: "python3.13", check: snapStart },
  extensions: {
    prepare: layerOf("extensionLayer", "extensions/parameters"),
    check: async (workspace) => assert.equal(((await functionInputs(workspace))["layers"] as string[]).length, 1),
  },
};
