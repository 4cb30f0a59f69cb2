import * as assert from "node:assert/strict";
import { layerVersions } from "./aws.js";
import { lockProject } from "./fixtures.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { toolEnvironment } from "./run.js";
import { previewed, resourceIn } from "./stack.js";
import { writeYaml } from "./yamlProgram.js";

const fn = "aws:lambda/function:Function";
const layerVersion = "aws:lambda/layerVersion:LayerVersion";
const build = "uvlambda:index:Build";

const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64", packageFormat: "layer" };

const greeting = (version: string, from = "single") => ({ answer: `Hello, Ada (greeting-lib ${version})`, from });

describe("dependencies in a layer", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  /** `kept` is protected and keeps old layers, `fresh` deletes them, `twin` has the same dependencies. */
  function write({ protect = true, format = "layer" } = {}): void {
    writeYaml(workspace, {
      kept: { type: "uvlambda:Function", properties: inputs, options: { protect } },
      fresh: { type: "uvlambda:Function", properties: { ...inputs, retainLayerVersions: false } },
      twin: { type: "uvlambda:Function", properties: { ...inputs, packageFormat: format, description: "twin" } },
    });
  }

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions: {}, aws: "real" });
    write();
  });

  skipAfterFailure();

  const resource = (type: string, name: string) => resourceIn(workspace, type, name);

  const hashOf = async (type: string, name: string) =>
    ((await resource(type, name)).inputs?.["code"] as { hash: string }).hash;

  const names = ["kept", "fresh", "twin"];
  const hashes = (type: string, suffix = "") => Promise.all(names.map((name) => hashOf(type, name + suffix)));

  async function answer(name: string): Promise<unknown> {
    return workspace.invoke(String((await resource(fn, name)).outputs?.["name"]), { name: "Ada" });
  }

  const layerName = (name: string) => `engine-tests-dev-${name}-dependencies`;

  const forEach = (operations: (name: string) => object): object =>
    Object.assign({}, ...names.map(operations)) as object;

  it("installs once for functions with the same dependencies, whose layers are equal", async () => {
    mustSucceed(await workspace.up());
    assert.equal(workspace.uv.installs().length, 1);
    const layers = await hashes(layerVersion, "-layer");
    assert.equal(new Set(layers).size, 1);
    assert.notEqual(layers[0], (await hashes(fn))[0]);
    assert.deepEqual(await answer("kept"), greeting("1.0"));
  });

  it("leaves the layers alone when the code is edited", async () => {
    workspace.edit("single-app/handler.py", '"single"', '"edited"');
    assert.deepEqual(
      await previewed(workspace),
      forEach((name) => ({ [`${build} ${name}-build`]: "update", [`${fn} ${name}`]: "update" })),
    );
    const before = await hashes(layerVersion, "-layer");
    mustSucceed(await workspace.up());
    assert.deepEqual(await hashes(layerVersion, "-layer"), before);
    assert.equal(workspace.uv.installs().length, 1);
    assert.deepEqual(await answer("kept"), greeting("1.0", "edited"));
  });

  it("sees no change after README and tests have moved", async () => {
    workspace.write("single-app/README.md", "# Rewritten\n");
    workspace.write("single-app/tests/test_more.py", "def test_more():\n    pass\n");
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
  });

  it("leaves the code alone when a dependency is bumped, also of a protected function", async () => {
    workspace.edit("single-app/pyproject.toml", "greeting-lib==1.0", "greeting-lib==1.1");
    const { folder, pulumi, uv } = workspace.run;
    await lockProject(workspace.at("single-app"), uv, toolEnvironment(folder, pulumi));
    assert.deepEqual(
      await previewed(workspace),
      forEach((name) => ({
        [`${build} ${name}-build`]: "update",
        [`${layerVersion} ${name}-layer`]: "replace",
        [`${fn} ${name}`]: "update",
      })),
    );
    const before = await hashes(fn);
    mustSucceed(await workspace.up());
    assert.deepEqual(await hashes(fn), before);
    assert.equal(workspace.uv.installs().length, 2);
    for (const name of names) assert.deepEqual(await answer(name), greeting("1.1", "edited"));
  });

  it("keeps the previous version, or deletes it where that was asked for", async () => {
    assert.deepEqual(await layerVersions(workspace.run.aws, layerName("kept")), [1, 2]);
    assert.deepEqual(await layerVersions(workspace.run.aws, layerName("fresh")), [2]);
  });

  it("is switched on and off in place", async () => {
    const records = { "uvlambda:index:Function twin": "update", [`${fn} twin`]: "update" };
    write({ format: "zip" });
    assert.deepEqual(await previewed(workspace), { ...records, [`${layerVersion} twin-layer`]: "delete" });
    mustSucceed(await workspace.up());
    assert.deepEqual((await resource(fn, "twin")).outputs?.["layers"] ?? [], []);
    assert.deepEqual(await answer("twin"), greeting("1.1", "edited"));
    write();
    assert.deepEqual(await previewed(workspace), { ...records, [`${layerVersion} twin-layer`]: "create" });
    mustSucceed(await workspace.up());
    assert.deepEqual(await answer("twin"), greeting("1.1", "edited"));
  });

  it("leaves kept versions in AWS after destroy, and nothing else", async () => {
    write({ protect: false });
    mustSucceed(await workspace.up());
    mustSucceed(await workspace.destroy());
    assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
    assert.deepEqual(await layerVersions(workspace.run.aws, layerName("kept")), [1, 2]);
    assert.deepEqual(await layerVersions(workspace.run.aws, layerName("fresh")), []);
  });
});
