import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { sharedRun, toolEnvironment, type Run } from "./run.js";

/** Files of the checkout that git knows, and its node_modules as links to the same files. */
function copyCheckout(to: string): void {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: checkout, encoding: "utf8" }).split("\0");
  for (const file of files.filter((name) => name !== "" && fs.existsSync(path.join(checkout, name))))
    fs.cpSync(path.join(checkout, file), path.join(to, file), { recursive: true });
  execFileSync("cp", ["-al", path.join(checkout, "node_modules"), path.join(to, "node_modules")]);
}

/**
 * Pulumi fetches the plugins that packages in node_modules name, before it asks ours for its schema. Here they cannot be fetched, and are
 * not started: it is enough that they are there.
 */
async function installStubs(run: Run, env: Readonly<Record<string, string>>): Promise<void> {
  const stub = path.join(run.folder, "plugin-stub");
  fs.writeFileSync(stub, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  for (const name of ["aws", "command", "docker-build"]) {
    const manifest = path.join(checkout, "node_modules", "@pulumi", name, "package.json");
    const { pulumi } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { pulumi: { name: string; version: string } };
    const plugin = ["plugin", "install", "resource", pulumi.name, pulumi.version, "--file", stub];
    const result = await runCommand([run.pulumi, ...plugin], { cwd: run.folder, env });
    assert.equal(result.code, 0, result.stderr);
  }
}

describe("what the README promises", () => {
  let run: Run;

  before(async function () {
    this.timeout(300_000);
    run = await sharedRun(this);
  });

  it("`make demo` deploys, answers, sees no change, sees the edit, and clears away", async function () {
    this.timeout(600_000);
    const env = { ...(process.env as Record<string, string>), UVLAMBDA_CACHE_DIR: path.join(run.folder, "demo-store") };
    const result = await runCommand([path.join(checkout, "tools", "demo")], { cwd: run.folder, env });
    assert.equal(result.code, 0, result.stdout + result.stderr);
    for (const text of ["Hello, Ada!", "7 unchanged", "2 to update", "Hello again, Ada!", "7 deleted"])
      assert.ok(result.stdout.includes(text), `"${text}" is not in:\n${result.stdout}`);
  });

  it("`pulumi package add` of a checkout makes a YAML program know the component", async function () {
    this.timeout(600_000);
    const plugin = path.join(run.folder, "checkout");
    const program = path.join(run.folder, "package-add");
    copyCheckout(plugin);
    fs.mkdirSync(program);
    fs.writeFileSync(path.join(program, "Pulumi.yaml"), "name: package-add\nruntime: yaml\nresources: {}\n");
    const env = {
      ...toolEnvironment(run.folder, run.pulumi),
      HOME: process.env["HOME"] ?? run.folder,
      PULUMI_HOME: path.join(run.folder, "package-add-home"),
      PULUMI_BACKEND_URL: `file://${run.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    await installStubs(run, env);
    const result = await runCommand([run.pulumi, "package", "add", "../checkout", "--non-interactive"], {
      cwd: program,
      env,
    });
    assert.equal(result.code, 0, result.stdout + result.stderr);
    const text = fs.readFileSync(path.join(program, "Pulumi.yaml"), "utf8");
    assert.match(text, /^packages:\n\s+uvlambda: \.\.\/checkout$/m);
  });
});
