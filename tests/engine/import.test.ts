import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { writeZip } from "../aws/archive/writeZip.js";
import { checkout } from "../support/machine.js";
import { createWorkspace, mustSucceed, skipAfterFailure, steps, type Workspace } from "./harness.js";
import { writeYaml } from "./yamlProgram.js";

const fn = "aws:lambda/function:Function";

/** The file of docs/options.md. */
function importFile(): string {
  const page = fs.readFileSync(path.join(checkout, "docs", "options.md"), "utf8");
  const [, text] = /## `pulumi import`[^]*?```json\n([^]*?)```/.exec(page) ?? [];
  assert.ok(text, "docs/options.md has no file for `pulumi import`");
  return text;
}

/** What docs/options.md says of `pulumi import`. */
describe("`pulumi import` of a function, its role and its log group", function () {
  this.timeout(240_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions: {}, aws: "real" });
    const code = writeZip([{ name: "handler.py", content: "def handler(event, context):\n    return 'before'\n" }]);
    fs.writeFileSync(workspace.at("infra", "before.zip"), code);
    // Another stack created them, and no longer manages them.
    const assumeRolePolicy = {
      "fn::toJSON": {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
    };
    const elsewhere = await workspace.otherStack("elsewhere");
    writeYaml(workspace, {
      role: { type: "aws:iam:Role", properties: { name: "orders-role", assumeRolePolicy } },
      logs: { type: "aws:cloudwatch:LogGroup", properties: { name: "/aws/lambda/orders" } },
      fn: {
        type: "aws:lambda:Function",
        properties: {
          name: "orders",
          role: "${role.arn}",
          runtime: "python3.11",
          handler: "handler.handler",
          code: { "fn::fileArchive": "before.zip" },
        },
        options: { dependsOn: ["${logs}"] },
      },
    });
    mustSucceed(await elsewhere.up());
    const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };
    const names = { name: "orders", roleName: "orders-role" };
    writeYaml(workspace, { api: { type: "uvlambda:Function", properties: { ...inputs, ...names } } });
  });

  skipAfterFailure();

  it("takes the file of the page, and puts them below the component", async () => {
    workspace.write("import.json", importFile());
    const flags = ["--yes", "--protect=false", "--generate-code=false"];
    mustSucceed(await workspace.pulumi(["import", "--file", workspace.at("import.json"), ...flags]));
    const { resources = [] } = (await workspace.stackExport()).deployment;
    const children = resources.filter(({ parent }) => parent?.endsWith("::uvlambda:index:Function::api"));
    assert.deepEqual(children.map(({ urn }) => urn.split("::").at(-1)).sort(), ["api", "api-logs", "api-role"]);
  });

  it("makes the next preview create what is missing, and replace nothing", async () => {
    const { "uvlambda:index:Function api": component, ...planned } = steps(
      mustSucceed(await workspace.preview(["--json"])).stdout,
    );
    // It does not exist in AWS.
    assert.equal(component, "replace");
    const operations = JSON.stringify(planned);
    assert.equal(planned[`${fn} api`], "update", operations);
    assert.equal(planned["uvlambda:index:Build api-build"], "create", operations);
    assert.deepEqual([...new Set(Object.values(planned))].sort(), ["create", "update"], operations);
  });

  it("lets the next deployment give the function its code, under its own name", async () => {
    assert.equal(await workspace.invoke("orders", {}), "before");
    mustSucceed(await workspace.up());
    const answer = await workspace.invoke("orders", { name: "Ada" });
    assert.deepEqual(answer, { answer: "Hello, Ada (greeting-lib 1.0)", from: "single" });
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
  });

  it("is no way to a build record or a component alone, and the error says what is", async () => {
    for (const type of ["Build", "Function"]) {
      const { code, text } = await workspace.pulumi(["import", `uvlambda:index:${type}`, "x", "y", "--yes"]);
      assert.notEqual(code, 0, text);
      assert.match(text, /cannot be imported.*import its AWS resources, as docs\/options\.md shows/);
      assert.doesNotMatch(text, /toJavaScript/);
    }
  });
});
