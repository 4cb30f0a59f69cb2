import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as ts from "typescript";
import { runCommand } from "../support/commands.js";
import { checkout, pluginFolder } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { createWorkspace, mustSucceed } from "./harness.js";
import { toolEnvironment } from "./run.js";

/** Folder with the node_modules of the newest @pulumi packages, as tools/parts/newest.sh installs them. */
const newest = process.env["UVLAMBDA_TEST_NEWEST"] ?? "";
const noNewest = "needs the newest @pulumi packages (run tools/setup newest)";
const otherNodes = (process.env["UVLAMBDA_TEST_NODES"] ?? "").split(path.delimiter).filter(Boolean);

/** The newest @pulumi/pulumi asks for Node 22. */
const isNewEnough = (node: string) => !/node-20/.test(node);

describe("the next platform", function () {
  this.timeout(300_000);
  let folder: string;
  before(() => (folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-newest-")))));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  async function broken(node: string, installed: string): Promise<{ checked: number; broken: string[] }> {
    const program = path.join(folder, "pulumiAssumptions.js");
    const source = fs.readFileSync(path.join(checkout, "tests", "support", "pulumiAssumptions.ts"), "utf8");
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
    fs.writeFileSync(program, ts.transpileModule(source, { compilerOptions }).outputText);
    const { stdout, stderr } = await runCommand([node, program, installed], {
      cwd: folder,
      env: { ...(process.env as Record<string, string>) },
    });
    const line = stdout.trim().split("\n").at(-1) ?? "";
    assert.match(line, /^\{"checked"/, stdout + stderr);
    return JSON.parse(line) as { checked: number; broken: string[] };
  }

  for (const node of [process.execPath, ...otherNodes]) {
    it(`everything that is assumed of the pinned @pulumi/pulumi holds (${node})`, async () => {
      const found = await broken(node, checkout);
      assert.deepEqual(found.broken, []);
      assert.ok(found.checked > 10);
    });
  }

  for (const node of otherNodes.filter(isNewEnough)) {
    it(`everything that is assumed of the newest @pulumi/pulumi holds (${node})`, async function () {
      if (newest === "") skip(this, noNewest);
      assert.deepEqual((await broken(node, newest)).broken, []);
    });

    it(`the plugin deploys with the newest @pulumi packages (${node})`, async function () {
      if (newest === "") skip(this, noNewest);
      const plugin = copyWithNewest(path.join(folder, path.basename(path.dirname(path.dirname(node)))));
      const functions = {
        fn: { project: "../single-app", runtime: "python3.13" },
        layered: { project: "../single-app", runtime: "python3.13", packageFormat: "layer" as const },
      };
      const workspace = await createWorkspace(this, { language: "yaml", functions });
      const file = path.join(workspace.programFolder, "Pulumi.yaml");
      const text = fs.readFileSync(file, "utf8");
      assert.ok(text.includes(pluginFolder));
      fs.writeFileSync(file, text.replaceAll(pluginFolder, plugin));
      const PATH = [path.dirname(node), toolEnvironment(workspace.run.folder, workspace.run.pulumi)["PATH"]].join(
        path.delimiter,
      );
      const env = { PATH };
      mustSucceed(await workspace.up({ env }));
      mustSucceed(await workspace.preview(["--expect-no-changes"], { env }));
      const { functionName } = (await workspace.outputs())["fn"]!;
      assert.ok(await workspace.invoke(String(functionName), { name: "Ada" }));
      // The message about a wrong input goes through the same internals.
      fs.writeFileSync(file, fs.readFileSync(file, "utf8").replaceAll("python3.13", "python2.7"));
      const refused = await workspace.preview([], { env });
      assert.notEqual(refused.code, 0);
      assert.match(refused.text, /runtime/);
      fs.writeFileSync(file, text.replaceAll(pluginFolder, plugin));
      mustSucceed(await workspace.destroy());
    });
  }

  it("the sources compile with the types of the newest @pulumi packages", async function () {
    if (newest === "") skip(this, noNewest);
    const sources = path.join(folder, "sources");
    fs.cpSync(path.join(checkout, "provider"), path.join(sources, "provider"), { recursive: true });
    fs.copyFileSync(path.join(checkout, "tsconfig.json"), path.join(sources, "tsconfig.json"));
    linkNewest(sources);
    const tsc = path.join(checkout, "node_modules", "typescript", "bin", "tsc");
    const { code, stdout } = await runCommand([process.execPath, tsc, "--noEmit", "-p", "provider/tsconfig.json"], {
      cwd: sources,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    assert.equal(code, 0, stdout);
  });

  /** Puts the checkout's compiled plugin beside other packages. Returns the folder of its launcher. */
  function copyWithNewest(to: string): string {
    for (const name of ["bin", "dist"]) fs.cpSync(path.join(checkout, name), path.join(to, name), { recursive: true });
    for (const name of ["schema.json", "package.json"]) fs.copyFileSync(path.join(checkout, name), path.join(to, name));
    linkNewest(to);
    return path.join(to, "bin");
  }

  /** node_modules with the newest @pulumi packages, and with the checkout's other packages. */
  function linkNewest(to: string): void {
    const modules = path.join(to, "node_modules");
    fs.mkdirSync(path.join(modules, "@types"), { recursive: true });
    for (const name of fs.readdirSync(path.join(newest, "node_modules")))
      if (name !== "@types" && !name.startsWith("."))
        fs.symlinkSync(path.join(newest, "node_modules", name), path.join(modules, name));
    for (const name of ["pako", "smol-toml", "@types/node", "undici-types"])
      if (!fs.existsSync(path.join(modules, name)))
        fs.symlinkSync(path.join(checkout, "node_modules", name), path.join(modules, name));
  }
});
