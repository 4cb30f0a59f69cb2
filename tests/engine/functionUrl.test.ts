import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  GetPolicyCommand,
  LambdaClient,
  RemovePermissionCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { checkout } from "../support/machine.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { writeYaml } from "./yamlProgram.js";

const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64", name: "orders" };

/** The statement that the aws provider adds by itself. */
const providersOwn = "FunctionURLAllowPublicAccess";

interface Statement {
  readonly Sid: string;
  readonly Principal: unknown;
  readonly Action: string;
}

/** What docs/options.md says of public function URLs. */
describe("a public function URL", function () {
  this.timeout(240_000);
  let workspace: Workspace;
  let lambda: LambdaClient;

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions: {}, aws: "real" });
    const { aws } = workspace.run;
    const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = aws.env();
    lambda = new LambdaClient({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: { accessKeyId, secretAccessKey },
    });
  });

  after(() => lambda?.destroy());

  skipAfterFailure();

  /** Deploys a function with that URL, and a rule that contains its address. Returns the calls of the deployment. */
  async function deploy(authorizationType: string, more: object = {}): Promise<readonly string[]> {
    const before = workspace.run.aws.calls.length;
    writeYaml(workspace, {
      api: { type: "uvlambda:Function", properties: { ...inputs, ...more, functionUrl: { authorizationType } } },
      address: {
        type: "aws:cloudwatch:EventRule",
        properties: { scheduleExpression: "rate(1 day)", description: `${authorizationType} \${api.url}` },
      },
    });
    mustSucceed(await workspace.up());
    return workspace.run.aws.calls.slice(before).map(({ operation }) => operation);
  }

  /** Statements of the policy that let everybody call. Ours are named like their resources. */
  async function letsIn(qualifier?: string): Promise<string[]> {
    const asked = new GetPolicyCommand({ FunctionName: inputs.name, Qualifier: qualifier });
    const { Policy = "" } = await lambda.send(asked).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return { Policy: '{"Statement":[]}' };
      throw error;
    });
    const { Statement } = JSON.parse(Policy) as { Statement: readonly Statement[] };
    for (const { Principal } of Statement) assert.match(JSON.stringify(Principal), /"\*"/);
    return Statement.map(({ Sid, Action }) => `${Sid.replace(/-[0-9a-f]{7}$/, "")} ${Action}`).sort();
  }

  const own = ["api-url-invoke-permission lambda:InvokeFunction", "api-url-permission lambda:InvokeFunctionUrl"];
  const added = `${providersOwn} lambda:InvokeFunctionUrl`;

  it("waits for its permissions, and what uses its address waits for it", async () => {
    const calls = await deploy("NONE");
    const url = calls.indexOf("CreateFunctionUrlConfig");
    const permissions = calls.flatMap((call, at) => (call === "AddPermission" ? [at] : []));
    assert.ok(permissions.length >= 2 && permissions[1]! < url, calls.join());
    assert.ok(url < calls.indexOf("PutRule"), calls.join());
  });

  it("has the statements of the component, and the one that the provider adds", async () => {
    assert.deepEqual(await letsIn(), [added, ...own]);
  });

  it("leaves the provider's statement behind when it becomes AWS_IAM", async () => {
    await deploy("AWS_IAM");
    assert.deepEqual(await letsIn(), [added]);
  });

  it("loses it by the command of the page", async () => {
    await lambda.send(new RemovePermissionCommand(commandOfThePage()));
    assert.deepEqual(await letsIn(), []);
    mustSucceed(await workspace.preview(["--refresh", "--expect-no-changes"]));
  });

  it("has the statements of the component alone when it becomes NONE again", async () => {
    const calls = await deploy("NONE");
    assert.ok(calls.lastIndexOf("AddPermission") < calls.indexOf("UpdateFunctionUrlConfig"), calls.join());
    assert.ok(calls.indexOf("UpdateFunctionUrlConfig") < calls.indexOf("PutRule"), calls.join());
    assert.deepEqual(await letsIn(), own);
  });

  it("of an alias has its statements there", async () => {
    await deploy("NONE", { publish: true, aliasName: "prod" });
    assert.deepEqual(await letsIn("prod"), [added, ...own]);
    await deploy("AWS_IAM", { publish: true, aliasName: "prod" });
    assert.deepEqual(await letsIn("prod"), [added]);
    await lambda.send(new RemovePermissionCommand({ ...commandOfThePage(), Qualifier: "prod" }));
    assert.deepEqual(await letsIn("prod"), []);
  });

  // Other files of this run use the name of the page, too.
  it("leaves nothing after destroy", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});

/** `aws lambda remove-permission --function-name orders --statement-id ...`: the options as the AWS SDK has them. */
function commandOfThePage(): { FunctionName: string; StatementId: string } {
  const page = fs.readFileSync(path.join(checkout, "docs", "options.md"), "utf8");
  const options = /^aws lambda remove-permission (.*)$/m.exec(page)?.[1]?.split("#")[0]?.trim().split(" ") ?? [];
  const [name, FunctionName = "", id, StatementId = ""] = options;
  assert.deepEqual([name, id, options.length], ["--function-name", "--statement-id", 4]);
  assert.equal(FunctionName, inputs.name);
  return { FunctionName, StatementId };
}
