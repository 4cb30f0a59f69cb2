import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { writeZip } from "./archive/writeZip.js";
import { plainClient, sdkClient } from "./fixtures.js";
import { runCommand } from "../support/commands.js";
import { skipIf } from "../support/skip.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "./localAws.js";
import { installAwsStandIn } from "./plugin/install.js";
import { whyNotRunnable } from "./runner/runHandler.js";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const settings = require("./settings.json");
const role = new aws.iam.Role("api-role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
const logs = new aws.cloudwatch.LogGroup("api-logs", settings.logs);
new aws.iam.RolePolicy("api-logging", { role: role.name, policy: logs.arn.apply((arn) => JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: arn + ":*" }],
})) });
const fn = new aws.lambda.Function("api", {
  code: new pulumi.asset.FileArchive("code.zip"),
  role: role.arn,
  handler: "app.handler",
  runtime: "python3.11",
  publish: true,
  environment: { variables: { COLOUR: settings.colour } },
  loggingConfig: { logFormat: "Text", logGroup: logs.name },
  tags: { team: "api" },
  ...settings.more,
});
if (settings.far) {
  const west = new aws.Provider("west", settings.far);
  const far = new aws.cloudwatch.LogGroup("far", { retentionInDays: 7 }, { provider: west });
  exports.far = far.arn;
  exports.farRegion = aws.getRegionOutput({}, { provider: west }).region;
}
exports.name = fn.name;
exports.version = fn.version;
exports.region = aws.getRegionOutput().region;
exports.account = aws.getCallerIdentityOutput().accountId;
`;

interface Settings {
  logs: Record<string, unknown>;
  colour: string;
  more: Record<string, unknown>;
  /** Configuration of the second provider. */
  far?: Record<string, unknown>;
}

interface Step {
  readonly op: string;
  readonly urn: string;
  readonly detailedDiff?: Record<string, unknown> | null;
}

describe("aws stand-in under the real engine", function () {
  this.timeout(180_000);
  let aws: LocalAws;
  let folder: string;
  let program: string;
  let env: Record<string, string>;
  const settings: Settings = { logs: { retentionInDays: 14 }, colour: "red", more: {} };

  before(async function () {
    skipIf(this, (await whyNoPulumi()) ?? whyNoLocalAws() ?? whyNotRunnable("3.11"));
    aws = await startLocalAws();
    folder = mkdtempSync(join(tmpdir(), "uvlambda-test-"));
    program = join(folder, "program");
    const home = join(folder, "home");
    env = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    installAwsStandIn(home);
    mkdirSync(program);
    symlinkSync(resolve(__dirname, "..", "..", "node_modules"), join(program, "node_modules"));
    writeFileSync(
      join(program, "Pulumi.yaml"),
      "name: tiny\nruntime:\n  name: nodejs\n  options: { typescript: false }\n",
    );
    writeFileSync(join(program, "package.json"), '{"name":"tiny","main":"index.js"}');
    writeFileSync(join(program, "index.js"), PROGRAM);
    writeCode(1);
    writeSettings({});
    await run("stack", "init", "test");
    for (const [key, value] of Object.entries(aws.stackConfig())) await run("config", "set", "--path", key, value);
  });

  after(async () => {
    await aws?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  /** Asynchronous, because the local AWS runs in this process. */
  async function pulumi(...args: string[]): Promise<{ code: number | undefined; output: string; stdout: string }> {
    const { code, stdout, stderr } = await runCommand(["pulumi", ...args, "--non-interactive"], { cwd: program, env });
    return { code, output: stdout + stderr, stdout };
  }

  async function run(...args: string[]): Promise<string> {
    const { code, output, stdout } = await pulumi(...args);
    assert.equal(code, 0, output);
    return stdout;
  }

  function writeCode(value: number): void {
    const source = `import os\ndef handler(e, c): return {"value": ${value}, "colour": os.environ["COLOUR"]}\n`;
    writeFileSync(join(program, "code.zip"), writeZip([{ name: "app.py", content: source }]));
  }

  function writeSettings(change: Partial<Settings>): void {
    Object.assign(settings, change);
    writeFileSync(join(program, "settings.json"), JSON.stringify(settings));
  }

  /** What a preview would do, by resource name: "update handler,runtime". Leaves out unchanged resources. */
  async function preview(): Promise<Record<string, string>> {
    const { steps } = JSON.parse(await run("preview", "--json")) as { steps: Step[] };
    const planned: Record<string, string> = {};
    for (const { op, urn, detailedDiff } of steps) {
      const properties = Object.keys(detailedDiff ?? {})
        .sort()
        .join(",");
      if (op !== "same") planned[urn.split("::")[3] ?? ""] = `${op} ${properties}`.trim();
    }
    return planned;
  }

  async function outputs(): Promise<Record<string, string>> {
    return JSON.parse(await run("stack", "output", "--json")) as Record<string, string>;
  }

  async function invoke(): Promise<Record<string, unknown>> {
    const client = sdkClient(aws);
    const answer = await client.send(new InvokeCommand({ FunctionName: (await outputs())["name"] ?? "" }));
    client.destroy();
    return JSON.parse(answer.Payload?.transformToString() ?? "null") as Record<string, unknown>;
  }

  it("creates everything, and then has nothing more to do", async () => {
    await run("up", "--yes", "--skip-preview");
    assert.match((await outputs())["name"] ?? "", /^api-[0-9a-f]{7}$/);
    assert.equal((await outputs())["version"], "1");
    assert.equal((await outputs())["region"], "eu-central-1");
    assert.equal((await outputs())["account"], "123456789012");
    assert.deepEqual(await invoke(), { value: 1, colour: "red" });
    await run("preview", "--expect-no-changes");
    await run("refresh", "--yes", "--expect-no-changes");
    await run("preview", "--expect-no-changes");
  });

  it("updates code and configuration in place, and publishes a version", async () => {
    writeCode(2);
    writeSettings({ colour: "blue" });
    assert.deepEqual(await preview(), { api: "update code,environment.variables.COLOUR" });
    await run("up", "--yes", "--skip-preview");
    assert.deepEqual(await invoke(), { value: 2, colour: "blue" });
    assert.equal((await outputs())["version"], "2");
    const changes = aws.calls.map(({ operation }) => operation).filter((one) => /^(Update|Publish)/.test(one));
    assert.deepEqual(changes, ["UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"]);
    await run("preview", "--expect-no-changes");
  });

  it("updates tags without a new version, and removes what the program no longer sets", async () => {
    writeSettings({ more: { tags: { team: "web" }, timeout: 9 } });
    assert.deepEqual(await preview(), { api: "update tags.team,timeout" });
    await run("up", "--yes", "--skip-preview");
    assert.equal((await outputs())["version"], "3");
    writeSettings({ more: { tags: { team: "core" }, timeout: 9 } });
    await run("up", "--yes", "--skip-preview");
    assert.equal((await outputs())["version"], "3");
    writeSettings({ more: {} });
    await run("up", "--yes", "--skip-preview");
    const config = await plainClient(aws).rest("lambda", "GET", `/2015-03-31/functions/${(await outputs())["name"]}`);
    assert.equal((config["Configuration"] as { Timeout: number }).Timeout, 3);
    assert.deepEqual(config["Tags"], { team: "api" });
  });

  it("sees changes of others in a refresh, and changes them back", async () => {
    const path = `/2015-03-31/functions/${(await outputs())["name"]}/configuration`;
    await plainClient(aws).rest("lambda", "PUT", path, { MemorySize: 512 });
    await run("refresh", "--yes");
    assert.deepEqual(await preview(), { api: "update memorySize" });
    await run("up", "--yes", "--skip-preview");
    assert.equal((await plainClient(aws).rest("lambda", "GET", path))["MemorySize"], 128);
  });

  it("replaces when the name changes, and deletes first when the name must stay", async () => {
    const calls = (): string[] =>
      aws.calls.map(({ operation }) => operation).filter((one) => /^(Create|Delete)LogGroup/.test(one));
    const settled = calls().length;
    writeSettings({ logs: { name: "fixed" } });
    assert.deepEqual((await preview())["api-logs"], "replace name,retentionInDays");
    await run("up", "--yes", "--skip-preview");
    writeSettings({ logs: { name: "fixed", logGroupClass: "INFREQUENT_ACCESS" } });
    await run("up", "--yes", "--skip-preview");
    assert.deepEqual(calls().slice(settled), ["CreateLogGroup", "DeleteLogGroup", "DeleteLogGroup", "CreateLogGroup"]);
    assert.equal((await invoke())["value"], 2);
  });

  const refused: [string, Record<string, unknown>, RegExp][] = [
    ["a wrong type", { memorySize: "lots" }, /memorySize.*expected a number|expected a number.*memorySize/s],
    ["an unknown nested property", { loggingConfig: { format: "Text" } }, /loggingConfig\.format/],
    ["two sources of code", { imageUri: "x" }, /one of code, imageUri, s3Bucket must be specified/],
    [
      "what only AWS refuses",
      { environment: { variables: { AWS_REGION: "x" } } },
      /Reserved keys used in this request: AWS_REGION/,
    ],
  ];
  for (const [name, more, message] of refused) {
    it(`refuses ${name}`, async () => {
      writeSettings({ more: more });
      const { code, output } = await pulumi("up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(output, message);
      writeSettings({ more: {} });
    });
  }

  it("serves two regions at once", async () => {
    const endpoints = [{ logs: aws.endpoint, sts: aws.endpoint }];
    const flags = { skipCredentialsValidation: true, skipMetadataApiCheck: true };
    writeSettings({ far: { region: "us-west-2", accessKey: aws.accountId, secretKey: "local", endpoints, ...flags } });
    await run("up", "--yes", "--skip-preview");
    assert.match((await outputs())["far"] ?? "", /^arn:aws:logs:us-west-2:123456789012:log-group:far-[0-9a-f]{7}$/);
    assert.equal((await outputs())["farRegion"], "us-west-2");
    assert.equal((await outputs())["region"], "eu-central-1");
    await run("preview", "--expect-no-changes");
  });

  it("destroys everything it created", async () => {
    await run("destroy", "--yes", "--skip-preview");
    const client = plainClient(aws);
    assert.deepEqual((await client.rest("lambda", "GET", "/2015-03-31/functions"))["Functions"], []);
    assert.deepEqual(
      (await client.json("logs", "Logs_20140328.DescribeLogGroups", { logGroupNamePrefix: "api" }))["logGroups"],
      [],
    );
    await assert.rejects(client.query("iam", "2010-05-08", "GetRole", { RoleName: "api-role" }), {
      name: "NoSuchEntity",
    });
  });
});

async function whyNoPulumi(): Promise<string | undefined> {
  try {
    await runCommand(["pulumi", "version"], { cwd: tmpdir(), env: { PATH: process.env["PATH"] ?? "" } });
    return undefined;
  } catch {
    return "no pulumi command on PATH (tools/setup makes one)";
  }
}
