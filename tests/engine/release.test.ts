import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { archiveName, makeArchives, platforms } from "../../tools/release/archives.js";
import { makeNpm } from "../../tools/release/packages.js";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { sayLeftOut } from "../support/skip.js";
import { createWorkspace, mustSucceed, skipAfterFailure, type Workspace, type WorkspaceOptions } from "./harness.js";
import { installPlugin, useInstalledPlugin, version } from "./installedPlugin.js";
import { sharedRun, toolEnvironment, type Run } from "./run.js";

const functions = { fn: { project: "../single-app", runtime: "python3.11", architecture: "x86_64" } };

/** The Node.js of this process and those that UVLAMBDA_TEST_NODES names. */
const nodes = [process.execPath, ...(process.env["UVLAMBDA_TEST_NODES"] ?? "").split(path.delimiter)].filter(Boolean);

describe("the release", function () {
  this.timeout(180_000);
  let run: Run;
  let archives: string;

  before(async function () {
    run = await sharedRun(this);
    archives = path.join(run.folder, "release", "plugin");
    await makeArchives(checkout, version, archives);
  });

  skipAfterFailure();

  /** A workspace whose program finds the plugin as a user's does: among the installed plugins. */
  async function createInstalled(context: Mocha.Context, options: WorkspaceOptions): Promise<Workspace> {
    const workspace = await createWorkspace(context, options);
    useInstalledPlugin(workspace);
    return workspace;
  }

  /** PATH on which `node` is another Node.js, which records that it was started. */
  function pathWith(node: string, folder: string, log: string): string {
    fs.mkdirSync(folder, { recursive: true });
    const shim = `#!/bin/sh\necho "$*" >>'${log}'\nexec '${node}' "$@"\n`;
    fs.writeFileSync(path.join(folder, "node"), shim, { mode: 0o755 });
    return [folder, toolEnvironment(run.folder, run.pulumi)["PATH"]].join(path.delimiter);
  }

  async function tool(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand(argv, {
      cwd: run.folder,
      env: { ...toolEnvironment(run.folder, run.pulumi), PULUMI_HOME: run.pulumiHome, UVLAMBDA_UV: run.uv },
    });
    assert.equal(code, 0, `${argv.join(" ")}: ${stdout}${stderr}`);
    return stdout;
  }

  it("has the same bytes when it is made again from another path", async () => {
    const again = path.join(run.folder, "release", "again");
    const elsewhere = path.join(run.folder, "release", "another path");
    fs.mkdirSync(elsewhere);
    for (const name of fs.readdirSync(checkout)) fs.symlinkSync(path.join(checkout, name), path.join(elsewhere, name));
    await makeArchives(elsewhere, version, again);
    const sums = (folder: string): string => fs.readFileSync(path.join(folder, "SHA256SUMS"), "utf8");
    assert.equal(sums(again), sums(archives));
    // Six archives, and the SBOM.
    assert.equal(sums(archives).trim().split("\n").length, 7);
  });

  it("holds a launcher for each system and nothing of this machine", async () => {
    for (const platform of platforms) {
      const file = path.join(archives, archiveName(version, platform));
      const listed = (await tool("tar", "-tvzf", file, "--numeric-owner")).trim().split("\n");
      const launchers = listed.filter((line) => line.startsWith("-rwxr-xr-x 0/0"));
      const suffix = platform.startsWith("windows") ? ".cmd" : "";
      assert.deepEqual(
        launchers.map((line) => line.split(" ").at(-1)),
        [`pulumi-resource-uvlambda${suffix}`, `uvlambda${suffix}`],
      );
      assert.ok(listed.some((line) => line.endsWith(" THIRD-PARTY-LICENSES.txt")));
      const content = await tool("tar", "-xOzf", file);
      assert.ok(!content.includes(checkout), "the checkout's path is in the archive");
    }
  });

  it("is installed by `pulumi plugin install --file`", async () => {
    await installPlugin(run, archives);
    const installed = JSON.parse(await tool(run.pulumi, "plugin", "ls", "--json")) as {
      name: string;
      version: string;
    }[];
    assert.ok(installed.some((plugin) => plugin.name === "uvlambda" && plugin.version === version));
  });

  it("runs with each Node.js: an update, then a preview without changes", async function () {
    const workspace = await createInstalled(this, { language: "yaml", functions });
    const hashes = new Set<unknown>();
    for (const [index, node] of nodes.entries()) {
      const log = workspace.at(`node-${index}.log`);
      const env = { PATH: pathWith(node, workspace.at(`node-${index}`), log) };
      const from = index === 0 ? "def handler(" : `# Node ${index - 1}\ndef handler(`;
      workspace.edit("single-app/handler.py", from, `# Node ${index}\ndef handler(`);
      mustSucceed(await workspace.up({ env }));
      mustSucceed(await workspace.preview(["--expect-no-changes"], { env }));
      hashes.add((await workspace.outputs())["fn"]!.outputHash);
      const started = fs.readFileSync(log, "utf8");
      assert.ok(started.includes(run.pulumiHome), `${node} was not started with the installed plugin: ${started}`);
    }
    if (nodes.length === 1) sayLeftOut("other versions of Node.js (run tools/setup nodes)");
    assert.equal(hashes.size, nodes.length, "an edit did not ship");
    const { functionName, outputHash } = (await workspace.outputs())["fn"]!;
    assert.ok(await workspace.invoke(String(functionName), { name: "Ada" }));
    mustSucceed(await workspace.destroy());
    const program = path.join(run.pulumiHome, "plugins", `resource-uvlambda-v${version}`, "uvlambda");
    const built = await tool(
      program,
      "build",
      "--project",
      workspace.at("single-app"),
      "--out",
      workspace.at("out"),
      "--runtime",
      "python3.11",
      "--architecture",
      "x86_64",
    );
    assert.equal((JSON.parse(built) as { outputHash: string }).outputHash, outputHash);
  });

  it("its npm package gives its outputs to a program that is compiled for ES2022", async function () {
    const workspace = await createInstalled(this, { language: "typescript", functions });
    const sdk = path.join(workspace.programFolder, "node_modules", "@uvlambda", "uvlambda");
    fs.rmSync(sdk);
    makeNpm(checkout, sdk);
    const compilerOptions = { target: "ES2022", module: "commonjs", moduleResolution: "node", strict: true };
    workspace.write(path.join(workspace.programFolder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    mustSucceed(await workspace.up());
    const { functionName, outputHash } = (await workspace.outputs())["fn"]!;
    assert.match(String(functionName), /^fn-/);
    assert.match(String(outputHash), /^[0-9a-f]{64}$/);
    mustSucceed(await workspace.preview(["--expect-no-changes"]));
    mustSucceed(await workspace.destroy());
  });
});
