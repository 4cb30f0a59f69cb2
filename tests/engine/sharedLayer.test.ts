import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { makeWheel } from "../support/wheels.js";
import { layerVersions } from "./aws.js";
import { lockProject } from "./fixtures.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { powertoolsFiles, powertoolsVersion, publishPowertools } from "./powertools.js";
import { toolEnvironment } from "./run.js";
import { previewed, resourceIn } from "./stack.js";
import { writeYaml } from "./yamlProgram.js";

const target = { runtime: "python3.11", architecture: "x86_64" };

/** `plain` needs what is in the layer. `tools` also needs something else, and Powertools. */
const program = `import * as uvlambda from "@uvlambda/uvlambda";

const target = ${JSON.stringify(target)} as const;
const shared = new uvlambda.Layer("shared", { project: "../single-app", ...target });
const uses = { layers: [shared.layerArn], provided: shared.packages, ...target };

new uvlambda.Function("plain", { project: "../single-app", ...uses });
new uvlambda.Function("tools", { project: "../tools-app", powertools: {}, packageFormat: "layer", ...uses });

export const layerArn = shared.layerArn;
export const layerVersion = shared.layerVersion;
export const packages = shared.packages;
`;

const handler = `from aws_lambda_powertools import Logger
from greeting_lib import greet
from neighbour import NAME


def handler(event, context):
    return {"answer": greet(event["name"]), "powertools": Logger.source, "neighbour": NAME}
`;

const fn = "aws:lambda/function:Function";
const layerVersion = "aws:lambda/layerVersion:LayerVersion";
const build = "uvlambda:index:Build";
const component = "uvlambda:index:Function";

async function lock(workspace: Workspace, project: string): Promise<void> {
  const { run } = workspace;
  await lockProject(workspace.at(project), run.uv, toolEnvironment(run.folder, run.pulumi));
}

/** A second project, and the layer of "AWS" with Powertools. */
async function prepare(workspace: Workspace): Promise<void> {
  const wheels = workspace.at("wheels");
  const files = powertoolsFiles("the package");
  const dependencies = ["neighbour"];
  makeWheel({ name: "aws-lambda-powertools", version: powertoolsVersion, files, dependencies }, wheels);
  makeWheel({ name: "neighbour", version: "1.0", files: { "neighbour.py": 'NAME = "here"\n' } }, wheels);
  fs.cpSync(workspace.at("single-app"), workspace.at("tools-app"), { recursive: true });
  workspace.edit("tools-app/pyproject.toml", '"greeting-lib==1.0"', '"greeting-lib==1.0", "aws-lambda-powertools"');
  workspace.write("tools-app/handler.py", handler);
  await lock(workspace, "tools-app");
  await publishPowertools(workspace.run.aws);
}

describe("a layer that functions share", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, {
      language: "typescript",
      functions: {},
      files: { "index.ts": program },
      aws: "real",
    });
    await prepare(workspace);
  });

  skipAfterFailure();

  const resource = (type: string, name: string) => resourceIn(workspace, type, name);

  const invoke = async (name: string) =>
    workspace.invoke(String((await resource(fn, name)).outputs?.["name"]), { name: "Ada" });

  async function packagesOf(name: string): Promise<unknown> {
    return (await resource(build, `${name}-build`)).inputs?.["packages"] ?? {};
  }

  it("is known to its functions in the first preview, and leaves its packages out of theirs", async () => {
    mustSucceed(await workspace.preview());
    mustSucceed(await workspace.up());
    assert.deepEqual(await packagesOf("shared"), { "greeting-lib": "1.0" });
    assert.deepEqual(await packagesOf("plain"), {});
    assert.deepEqual(await packagesOf("tools"), { neighbour: "1.0" });
    const outputs = (await workspace.outputs()) as unknown as Record<string, unknown>;
    assert.deepEqual(outputs["packages"], { "greeting-lib": "1.0" });
    assert.equal(outputs["layerVersion"], "1");
    assert.match(String(outputs["layerArn"]), /:layer:engine-tests-dev-shared:1$/);
  });

  it("is found by the functions when they run, after Powertools and the dependency layer", async () => {
    assert.deepEqual(await invoke("plain"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "single" });
    assert.deepEqual(await invoke("tools"), {
      answer: "Hello, Ada (greeting-lib 1.0)",
      powertools: "the layer",
      neighbour: "here",
    });
    const layers = (await resource(fn, "tools")).inputs?.["layers"] as string[];
    assert.deepEqual(
      layers.map((arn) => arn.split(":").at(-2)),
      ["engine-tests-dev-tools-dependencies", "powertools", "engine-tests-dev-shared"],
    );
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
  });

  it("stays when the code is edited", async () => {
    workspace.edit("single-app/handler.py", '"single"', '"edited"');
    assert.deepEqual(await previewed(workspace), { [`${build} plain-build`]: "update", [`${fn} plain`]: "update" });
  });

  it("is an error in the preview if it has another version than a function's lock; the error names both", async () => {
    workspace.edit("single-app/pyproject.toml", "greeting-lib==1.0", "greeting-lib==1.1");
    await lock(workspace, "single-app");
    const { code, text } = await workspace.preview();
    assert.notEqual(code, 0);
    assert.match(text, /provided\.greeting-lib.*the layer has greeting-lib 1\.1, but uv\.lock has 1\.0/s);
  });

  it("changes alone when its packages are bumped: functions only get its new version", async () => {
    workspace.edit("tools-app/pyproject.toml", "greeting-lib==1.0", "greeting-lib==1.1");
    await lock(workspace, "tools-app");
    assert.deepEqual(await previewed(workspace), {
      [`${build} shared-build`]: "update",
      [`${layerVersion} shared`]: "replace",
      [`${component} plain`]: "update",
      [`${build} plain-build`]: "update",
      [`${fn} plain`]: "update",
      [`${component} tools`]: "update",
      [`${fn} tools`]: "update",
    });
    mustSucceed(await workspace.up());
    assert.deepEqual(await invoke("plain"), { answer: "Hello, Ada (greeting-lib 1.1)", from: "edited" });
    assert.deepEqual(await layerVersions(workspace.run.aws, "engine-tests-dev-shared"), [1, 2]);
  });

  it("is deleted with the stack", async () => {
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
  });
});

describe("layers in a YAML program", function () {
  this.timeout(120_000);

  it("are known in the first preview; what is not published is an error with a fix", async function () {
    const workspace = await createWorkspace(this, { language: "yaml", functions: {}, aws: "real" });
    await prepare(workspace);
    const uses = { ...target, layers: ["${shared.layerArn}"], provided: "${shared.packages}" };
    const shared = { type: "uvlambda:Layer", properties: { project: "../single-app", ...target } };
    const tools = (powertools: object) => ({
      shared,
      tools: { type: "uvlambda:Function", properties: { project: "../tools-app", ...uses, powertools } },
    });
    writeYaml(workspace, tools({}));
    const { stdout } = mustSucceed(await workspace.preview(["--json"]));
    const { steps: planned } = JSON.parse(stdout) as {
      steps: readonly { urn: string; newState: { inputs?: Record<string, unknown> } }[];
    };
    const record = planned.find(({ urn }) => urn.endsWith("::tools-build"))?.newState.inputs;
    assert.deepEqual(record?.["packages"], { neighbour: "1.0" });

    const empty = { ...shared, properties: { ...shared.properties, prune: ["greeting-lib"] } };
    writeYaml(workspace, { ...tools({ version: "9.9.9" }), empty });
    const { code, text } = await workspace.preview();
    assert.notEqual(code, 0);
    assert.match(
      text,
      /powertools.*\/aws\/service\/powertools\/python\/x86_64\/python3\.11\/9\.9\.9: .*(not found|couldn't find resource)/s,
    );
    assert.match(text, /set `powertools\.layerArn`/);
    assert.match(text, /no third-party packages/);
  });
});
