import * as assert from "node:assert/strict";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { writeProgram, type FunctionInputs } from "./programs.js";
import { previewed } from "./stack.js";

const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64" };
const functions: Record<string, FunctionInputs> = {
  api: { ...inputs, memorySize: 256 },
  worker: { ...inputs, project: "../packaged-app", handler: "packaged_app.main.handler", memorySize: 256 },
};

/** What docs/options.md says of `pulumi up` for a part of a stack. */
describe("a part of a stack", function () {
  this.timeout(180_000);
  let workspace: Workspace;

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions, aws: "real" });
    mustSucceed(await workspace.up());
  });

  skipAfterFailure();

  /** Gives both functions another size. Returns what a preview with these flags would do. */
  async function previewOf(memorySize: number, ...flags: readonly string[]): Promise<object> {
    const changed = Object.entries(functions).map(([name, one]) => [name, { ...one, memorySize }]);
    writeProgram(workspace.programFolder, {
      language: "yaml",
      functions: Object.fromEntries(changed) as typeof functions,
    });
    return previewed(workspace, flags);
  }

  const update = (name: string) => ({ [`aws:lambda/function:Function ${name}`]: "update" });
  const component = (name: string) => ({ [`uvlambda:index:Function ${name}`]: "update" });

  async function memorySizes(): Promise<Record<string, unknown>> {
    const { resources = [] } = (await workspace.stackExport()).deployment;
    const found = resources.filter(({ type }) => type === "aws:lambda/function:Function");
    return Object.fromEntries(
      found.map(({ urn, inputs = {} }) => [urn.split("::").at(-1) ?? urn, inputs["memorySize"]]),
    );
  }

  it("is what `--target` names", async () => {
    assert.deepEqual(await previewOf(300, "--target", "**::api"), { ...component("api"), ...update("api") });
  });

  it("is all but what `--exclude` names", async () => {
    assert.deepEqual(await previewOf(300, "--exclude", "**::worker*"), { ...component("api"), ...update("api") });
  });

  it("has the children that a pattern or `--target-dependents` reaches, too", async () => {
    workspace.edit("single-app/handler.py", '"single"', '"another"');
    const children = { ...component("api"), ...update("api"), "uvlambda:index:Build api-build": "update" };
    const { "uvlambda:index:Build api-build": _record, ...alone } = children;
    assert.deepEqual(await previewOf(300, "--target", "**::api"), alone);
    assert.deepEqual(await previewOf(300, "--target", "**::api*"), children);
    assert.deepEqual(await previewOf(300, "--target", "**::api", "--target-dependents"), children);
    workspace.edit("single-app/handler.py", '"another"', '"single"');
  });

  it("is deployed alone", async () => {
    mustSucceed(await workspace.pulumi(["up", "--yes", "--skip-preview", "--target", "**::api"], { settles: false }));
    assert.deepEqual(await previewOf(300), { ...component("worker"), ...update("worker") });
  });

  it("is read back with `--refresh`", async () => {
    mustSucceed(await workspace.pulumi(["up", "--yes", "--skip-preview", "--refresh"]));
  });

  it("is deployed, and the command fails, when another function cannot be packaged", async () => {
    await previewOf(400);
    workspace.edit("packaged-app/pyproject.toml", "greeting-lib==1.0", "greeting-lib==1.1");
    for (const flags of [["--continue-on-error"], ["--target", "**::api"]]) {
      const { code, text } = await workspace.pulumi(["up", "--yes", "--skip-preview", ...flags]);
      assert.notEqual(code, 0);
      assert.match(text, /'worker' has a problem: the function cannot be packaged \(LOCK_STALE\)/, flags.join());
    }
    assert.deepEqual(await memorySizes(), { api: 400, worker: 300 });
  });

  it("is only the rest, once the reason is gone", async () => {
    workspace.edit("packaged-app/pyproject.toml", "greeting-lib==1.1", "greeting-lib==1.0");
    assert.deepEqual(await previewOf(400), update("worker"));
    mustSucceed(await workspace.up());
  });
});
