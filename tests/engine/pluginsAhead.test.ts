import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { installedAwsVersion } from "../aws/plugin/install.js";
import { runCommand } from "../support/commands.js";
import { createExample, createWorkspace, type Workspace } from "./harness.js";

describe("`pulumi plugin install` fetches the aws plugin ahead", function () {
  this.timeout(240_000);

  async function assertAsksForAws(workspace: Workspace): Promise<void> {
    // With an empty PULUMI_HOME and a dead proxy, the error message shows what Pulumi asks for.
    const env = { ...workspace.env, PULUMI_HOME: workspace.at("empty-home"), HTTPS_PROXY: "http://127.0.0.1:9" };
    const argv = [workspace.run.pulumi, "plugin", "install", "--color", "never"];
    const { code, stdout, stderr } = await runCommand(argv, { cwd: workspace.programFolder, env });
    assert.notEqual(code, 0);
    assert.ok((stdout + stderr).includes(`/pulumi-resource-aws-v${installedAwsVersion()}-`), stdout + stderr);
  }

  it("for a program with the npm SDK alone", async function () {
    const workspace = await createWorkspace(this, { language: "typescript", functions: {} });
    fs.rmSync(path.join(workspace.programFolder, "node_modules", "@pulumi", "aws"));
    await assertAsksForAws(workspace);
  });

  it("for a program with the Java SDK alone", async function () {
    await assertAsksForAws(await createExample(this, "java"));
  });

  it("for a program with the Go SDK alone", async function () {
    await assertAsksForAws(await createWorkspace(this, { language: "go", functions: {} }));
  });

  it("for a Python program that has Pulumi's SDK for AWS beside ours, as the extra `aws` installs it", async function () {
    await assertAsksForAws(await createWorkspace(this, { language: "python", functions: {} }));
  });

  it("for a YAML program that names an aws provider of that version", async function () {
    const workspace = await createWorkspace(this, { language: "yaml", functions: {} });
    workspace.edit(
      "infra/Pulumi.yaml",
      '"resources": {}',
      `"resources": { "aws": { "type": "pulumi:providers:aws", "options": { "version": "${installedAwsVersion()}" } } }`,
    );
    await assertAsksForAws(workspace);
  });
});

describe("a preview that lacks the aws plugin", function () {
  this.timeout(240_000);

  it("names the plugin and the command that installs it, whatever the engine says of the functions", async function () {
    const functions = { api: { project: "../workspace/apps/api", handler: "api.main.handler" } };
    const workspace = await createWorkspace(this, { language: "yaml", functions });
    const home = workspace.at("home-without-aws");
    const isAws = (file: string) => path.basename(file).startsWith("resource-aws-v");
    fs.cpSync(workspace.env["PULUMI_HOME"]!, home, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (f) => !isAws(f),
    });
    const env = {
      PULUMI_HOME: home,
      HTTPS_PROXY: "http://127.0.0.1:9",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "",
    };
    const { code, text } = await workspace.preview([], { env });
    assert.notEqual(code, 0);
    assert.ok(text.includes(`\`pulumi plugin install resource aws v${installedAwsVersion()}\``), text);
    // docs/troubleshooting.md explains it. When an engine no longer says it, the page needs it no more.
    assert.match(text, /Function resource 'api' has a problem: grpc: the client connection is closing/);
  });
});
