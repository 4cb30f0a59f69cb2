import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { lockProject } from "./fixtures.js";
import { createWorkspace, languages, mustSucceed, skipAfterFailure, steps, type Workspace } from "./harness.js";
import { outputNames } from "./programs.js";
import { toolEnvironment } from "./run.js";

const target = { runtime: "python3.11", architecture: "x86_64" };

const functions = {
  single: { project: "../single-app", ...target },
  packaged: { project: "../packaged-app", handler: "packaged_app.main.handler", ...target },
  api: {
    project: "../workspace/apps/api",
    absolute: true,
    handler: "api.main.handler",
    memorySize: 256,
    timeout: 20,
    description: "Greets",
    environment: { STAGE: "test" },
    tags: { team: "greeters" },
    logRetentionDays: 14,
    ...target,
  },
};

for (const language of languages) {
  describe(`the life cycle of a stack (${language})`, function () {
    this.timeout(180_000);
    let workspace: Workspace;

    before(async function () {
      workspace = await createWorkspace(this, { language, functions, aws: "real" });
    });

    skipAfterFailure();

    async function expectNoChanges(place: Workspace = workspace): Promise<void> {
      const before = place.uv.calls().length;
      mustSucceed(await place.preview(["--expect-no-changes"]));
      if (place === workspace) assert.deepEqual(place.uv.calls().slice(before), [], "uv was started");
    }

    async function answer(name: string): Promise<unknown> {
      const functionName = (await workspace.outputs())[name]!.functionName;
      return workspace.invoke(String(functionName), { name: "Ada" });
    }

    it("deploys with the first up", async () => {
      mustSucceed(await workspace.up());
      const outputs = await workspace.outputs();
      for (const name of Object.keys(functions)) {
        for (const output of outputNames) assert.ok(outputs[name]![output], `${name}.${output} is missing`);
      }
    });

    it("keeps the outputs in the state", async () => {
      const { deployment } = await workspace.stackExport();
      const components = (deployment.resources ?? []).filter(({ type }) => type === "uvlambda:index:Function");
      assert.equal(components.length, Object.keys(functions).length);
      for (const { urn, outputs } of components) {
        for (const output of outputNames) assert.ok(outputs?.[output], `${urn} has no ${output}`);
      }
    });

    it("runs the deployed archives", async () => {
      assert.deepEqual(await answer("single"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "single" });
      assert.deepEqual(await answer("packaged"), { answer: "Hello, Ada (greeting-lib 1.0)", from: "packaged" });
      assert.deepEqual(await answer("api"), { answer: "Hello, Ada (greeting-lib 1.0)!", from: "api" });
    });

    it("sees no change in the second preview, and starts no uv", async () => {
      await expectNoChanges();
    });

    it("sees no change after mtimes, caches, README and tests have moved", async () => {
      for (const file of [
        "single-app/handler.py",
        "workspace/libs/base/src/base/mark.py",
        "single-app/pyproject.toml",
      ]) {
        fs.utimesSync(workspace.at(file), 1_000_000_000, 1_000_000_000);
        fs.chmodSync(workspace.at(file), 0o600);
      }
      for (const folder of ["single-app", "packaged-app/src/packaged_app", "workspace/libs/base/src/base"]) {
        workspace.write(`${folder}/__pycache__/handler.cpython-311.pyc`, "stale");
      }
      for (const project of ["single-app", "packaged-app", "workspace"]) {
        workspace.write(`${project}/.venv/pyvenv.cfg`, "home = /nowhere\n");
        workspace.write(`${project}/.venv/lib/python3.11/site-packages/junk.py`, "JUNK = 1\n");
      }
      for (const readme of ["single-app", "packaged-app", "workspace/apps/api", "workspace/libs/shared"]) {
        workspace.write(`${readme}/README.md`, "# Rewritten\n");
      }
      workspace.write("single-app/tests/test_more.py", "def test_more():\n    pass\n");
      workspace.write("packaged-app/tests/test_main.py", "");
      workspace.write("workspace/apps/api/tests/test_main.py", "");
      mustSucceed(await workspace.preview(["--expect-no-changes"]));
      await expectNoChanges();
    });

    it("ships an edit in a transitively used package: exactly Build and function change", async () => {
      workspace.edit("workspace/libs/base/src/base/mark.py", '"!"', '"?!"');
      const { stdout } = mustSucceed(await workspace.preview(["--json"]));
      const edited = Object.entries(steps(stdout)).map(([resource, op]) => `${op} ${resource}`);
      assert.equal(edited.length, 2, edited.join("\n"));
      // The diff names the package that was edited, and no other.
      const diff = mustSucceed(await workspace.preview(["--diff"])).stdout;
      assert.match(diff, /~ base *: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
      assert.doesNotMatch(diff, /~ (shared|api|projectCode) *: "[0-9a-f]{12}"/);
      assert.match(
        edited.find((step) => step.includes("Build"))!,
        /^update uvlambda:index:Build api/,
      );
      assert.match(
        edited.find((step) => step.includes("lambda/function"))!,
        /^update aws:lambda\/function:Function api/,
      );
      mustSucceed(await workspace.up());
      assert.deepEqual(await answer("api"), { answer: "Hello, Ada (greeting-lib 1.0)?!", from: "api" });
    });

    it("names package and versions when a dependency is bumped", async () => {
      workspace.edit("single-app/pyproject.toml", "greeting-lib==1.0", "greeting-lib==1.1");
      await lockProject(
        workspace.at("single-app"),
        workspace.run.uv,
        toolEnvironment(workspace.run.folder, workspace.run.pulumi),
      );
      const { stdout } = mustSucceed(await workspace.preview(["--diff"]));
      assert.match(stdout, /greeting-lib\s*: "1\.0" => "1\.1"/);
      mustSucceed(await workspace.up());
      assert.deepEqual(await answer("single"), { answer: "Hello, Ada (greeting-lib 1.1)", from: "single" });
    });

    it("sees no change after a refresh", async () => {
      mustSucceed(await workspace.refresh());
      await expectNoChanges();
    });

    it("sees no change from a second checkout with an empty store", async () => {
      const other = await workspace.secondCheckout();
      await expectNoChanges(other);
      assert.ok(other.uv.installs().length > 0, "the second checkout built nothing, so it proves nothing");
    });

    it("leaves nothing after destroy", async () => {
      const { functionName } = (await workspace.outputs())["api"]!;
      mustSucceed(await workspace.destroy());
      assert.deepEqual((await workspace.stackExport()).deployment.resources ?? [], []);
      await assert.rejects(workspace.invoke(String(functionName), { name: "Ada" }), {
        name: "ResourceNotFoundException",
      });
    });
  });
}
