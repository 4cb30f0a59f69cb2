import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { installedAwsVersion } from "../aws/plugin/install.js";
import { runCommand } from "../support/commands.js";
import { createWorkspace } from "./harness.js";

describe("a program with the npm SDK alone", function () {
  this.timeout(120_000);

  it("lets `pulumi plugin install` fetch the aws plugin ahead", async function () {
    const workspace = await createWorkspace(this, { language: "typescript", functions: {} });
    fs.rmSync(path.join(workspace.programFolder, "node_modules", "@pulumi", "aws"));
    // An empty PULUMI_HOME, and a proxy that nobody serves: what is asked for shows in the complaint.
    const env = { ...workspace.env, PULUMI_HOME: workspace.at("empty-home"), HTTPS_PROXY: "http://127.0.0.1:9" };
    const argv = [workspace.run.pulumi, "plugin", "install", "--color", "never"];
    const { code, stdout, stderr } = await runCommand(argv, { cwd: workspace.programFolder, env });
    assert.notEqual(code, 0);
    assert.ok((stdout + stderr).includes(`/pulumi-resource-aws-v${installedAwsVersion()}-`), stdout + stderr);
  });
});
