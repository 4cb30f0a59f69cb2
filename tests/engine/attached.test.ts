import * as assert from "node:assert/strict";
import * as path from "node:path";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as readline from "node:readline";
import { pluginFolder } from "../support/machine.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";

// A name of its own: all tests share one local AWS.
const inputs = { project: "../single-app", runtime: "python3.11", architecture: "x86_64", name: "attached" };

/** A plugin that was started by hand, as when it is debugged, serves one command after the other. */
describe("one plugin process for several commands (PULUMI_DEBUG_PROVIDERS)", function () {
  this.timeout(180_000);
  let workspace: Workspace;
  let plugin: ChildProcess;
  let attached: { readonly env: Readonly<Record<string, string>> };

  before(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions: { fn: inputs }, aws: "stand-in" });
    const { programFolder, env } = workspace;
    plugin = spawn(path.join(pluginFolder, "pulumi-resource-uvlambda"), ["127.0.0.1:1"], {
      cwd: programFolder,
      env: { ...env, PATH: env["PATH"] ?? process.env["PATH"] },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(readline.createInterface(plugin.stdout!), "line")) as [string];
    attached = { env: { PULUMI_DEBUG_PROVIDERS: `uvlambda:${port}` } };
  });

  after(async () => {
    if (plugin === undefined || plugin.exitCode !== null) return;
    const ended = once(plugin, "exit");
    plugin.kill();
    await ended;
  });

  skipAfterFailure();

  it("deploys, and sees an edit after that", async () => {
    mustSucceed(await workspace.up(attached));
    mustSucceed(await workspace.preview(["--expect-no-changes"], attached));
    workspace.edit("single-app/handler.py", '"single"', '"edited"');
    mustSucceed(await workspace.up(attached));
    const { fn } = await workspace.outputs();
    const answer = await workspace.invoke(String(fn!.functionName), { name: "Ada" });
    assert.deepEqual(answer, { answer: "Hello, Ada (greeting-lib 1.0)", from: "edited" });
  });

  it("deploys after a failure", async () => {
    workspace.edit("single-app/handler.py", "def handler(", "def other(");
    const { code, text } = await workspace.up(attached);
    assert.notEqual(code, 0, text);
    assert.match(text, /HANDLER_NOT_FOUND/);
    workspace.edit("single-app/handler.py", "def other(", "def handler(");
    mustSucceed(await workspace.up(attached));
  });

  it("takes another stack with the same names for another stack", async () => {
    const other = await workspace.otherStack("other");
    mustSucceed(await other.preview([], attached));
  });
});
