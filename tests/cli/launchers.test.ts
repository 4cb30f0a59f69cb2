import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readIfThere, runCommand, type CommandResult } from "../support/commands.js";
import { checkout, findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";

function majorOf(node: string): number {
  return Number(execFileSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" }));
}

/** A checkout with the real tools and launchers, and with programs of one line, which compile fast. */
describe("what starts the plugin and the command line in a checkout", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-launchers-")));
    for (const name of [
      "bin",
      "tools/compile.mjs",
      "tsconfig.json",
      "provider/tsconfig.json",
      ".npmrc",
      "package.json",
    ])
      fs.cpSync(path.join(checkout, name), at(name), { recursive: true });
    write("package-lock.json", "{}");
    write("provider/index.ts", 'console.log("plugin 1");\n');
    write("provider/cli.ts", 'console.log("command 1", process.argv.slice(2).join(" "));\n');
    fs.mkdirSync(at("node_modules/@pulumi/pulumi"), { recursive: true });
    for (const name of ["typescript", "@types", "smol-toml"])
      fs.symlinkSync(path.join(checkout, "node_modules", name), at("node_modules", name));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

  const at = (...parts: string[]) => path.join(folder, ...parts);
  const plugin = () => run([at("bin/pulumi-resource-uvlambda")]);
  const compile = () => run([process.execPath, "tools/compile.mjs"]);

  function write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), text);
  }

  function run(argv: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    const { PATH = "", HOME = folder } = process.env;
    return runCommand(argv, { cwd: folder, env: { PATH, HOME, ...env } });
  }

  async function compiled(): Promise<void> {
    const { code, stdout, stderr } = await compile();
    assert.equal(code, 0, stdout + stderr);
  }

  /** As if it had been compiled. */
  function placed(): void {
    write("dist/index.js", 'console.log("plugin 1");\n');
    write("dist/cli.js", 'console.log("command 1", process.argv.slice(2).join(" "));\n');
  }

  const leftovers = () => fs.readdirSync(at("node_modules")).filter((name) => name.startsWith(".dist"));

  it("compiles what changed, and removes the output of deleted sources", async () => {
    write("provider/gone.ts", "export {};\n");
    await compiled();
    assert.ok(fs.existsSync(at("dist/gone.js")));
    const { ino } = fs.statSync(at("dist"));
    assert.match((await compile()).stdout, /up to date/);
    assert.equal(fs.statSync(at("dist")).ino, ino);
    fs.rmSync(at("provider/gone.ts"));
    await compiled();
    assert.equal(fs.existsSync(at("dist/gone.js")), false);
    assert.equal((await plugin()).stdout, "plugin 1\n");
    assert.deepEqual(leftovers(), []);
  });

  it("leaves the compiled code as it was when the sources are wrong", async () => {
    await compiled();
    write("provider/index.ts", 'const wrong: number = "text";\n');
    const { code, stderr } = await compile();
    assert.equal(code, 1);
    assert.match(stderr, /the plugin does not compile; dist\/ is as it was/);
    assert.equal((await plugin()).stdout, "plugin 1\n");
    assert.deepEqual(leftovers(), []);
  });

  it("leaves the compiled code as it was when it is interrupted", async () => {
    await compiled();
    const interruptions = [
      ["SIGINT", 200],
      ["SIGTERM", 600],
      ["SIGKILL", 1000],
    ] as const;
    for (const [round, [signal, wait]] of interruptions.entries()) {
      write("provider/index.ts", `console.log("plugin ${round + 2}");\n`);
      const child = spawn(process.execPath, ["tools/compile.mjs"], { cwd: folder, stdio: "ignore" });
      const ended = new Promise((resolve) => child.once("close", resolve));
      await delay(wait);
      child.kill(signal);
      await ended;
      assert.match((await plugin()).stdout, /^plugin \d+\n$/);
    }
    write("provider/index.ts", 'console.log("plugin 9");\n');
    await compiled();
    assert.equal((await plugin()).stdout, "plugin 9\n");
  });

  it("removes what a killed compiler left, and keeps what a running one makes", async () => {
    const { pid } = await new Promise<{ pid: number }>((resolve) => {
      const child = spawn(process.execPath, ["-e", ""]).once("close", () => resolve({ pid: child.pid! }));
    });
    write(`node_modules/.dist-${pid}/index.js`, "");
    write(`node_modules/.dist-old-${pid}/index.js`, "");
    write(`node_modules/.dist-${process.pid}/index.js`, "");
    await compiled();
    assert.deepEqual(leftovers(), [`.dist-${process.pid}`]);
  });

  it("two that compile at once both succeed", async () => {
    const results = await Promise.all([compile(), compile(), compile()]);
    assert.deepEqual(
      results.map(({ code, stderr }) => [code, stderr]),
      results.map(() => [0, ""]),
    );
    assert.equal((await plugin()).stdout, "plugin 1\n");
  });

  const lines: [what: string, missing: string, says: RegExp][] = [
    ["compiled code", "dist", /^error: \S+ is not compiled: run `npm install` in it\n$/],
    ["the packages", "node_modules", /^error: \S+ has no node_modules: run `npm install` in it\n$/],
  ];
  for (const [what, missing, says] of lines) {
    it(`says in one line that ${what} is missing, and what to run`, async () => {
      placed();
      fs.rmSync(at(missing), { recursive: true });
      for (const launcher of ["bin/pulumi-resource-uvlambda", "bin/uvlambda"]) {
        const { code, stdout, stderr } = await run([at(launcher)]);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(stderr, says);
        assert.ok(stderr.includes(folder));
      }
    });
  }

  it("says in one line that Node.js is missing", async () => {
    placed();
    fs.mkdirSync(at("few"));
    for (const name of ["sh", "dirname", "readlink"])
      fs.symlinkSync(findTool(name, "UVLAMBDA_TEST_NOTHING")!, at("few", name));
    const { code, stderr } = await run([at("bin/pulumi-resource-uvlambda")], { PATH: at("few") });
    assert.equal(code, 1);
    assert.match(stderr, /^error: uvlambda needs Node\.js 20 or newer, and PATH has no node: install Node\.js\n$/);
  });

  it("says in one line that Node.js is too old", async function () {
    const old = findTool("node", "UVLAMBDA_TEST_NODE_DEBIAN");
    if (old === undefined || majorOf(old) >= 20)
      skip(this, "needs a Node.js before 20 (Debian 12 has one: tools/setup nodes)");
    const PATH = [path.dirname(old), process.env["PATH"]].join(path.delimiter);
    for (const launcher of ["pulumi-resource-uvlambda", "uvlambda"]) {
      const { code, stdout, stderr } = await run([path.join(checkout, "bin", launcher)], { PATH });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(
        stderr,
        /^error: uvlambda needs Node\.js 20 or newer, and this is v\d+\.\S+ \(.+\): install a newer one\n$/,
      );
    }
  });

  it("`npx uvlambda` starts what is compiled here and installs nothing", async function () {
    const npx = findTool("npx", "UVLAMBDA_TEST_NPX");
    if (npx === undefined) skip(this, "needs npx");
    const env = {
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
      npm_config_cache: at("npm"),
    };
    await compiled();
    const { code, stdout, stderr } = await run([npx, "uvlambda", "--version"], env);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "command 1 --version\n");
    assert.equal(readIfThere(at("npm/_npx")), "");
  });

  it("also starts through a link from another folder", async () => {
    placed();
    fs.symlinkSync(at("bin/uvlambda"), at("linked"));
    assert.equal(
      (await runCommand([at("linked"), "x"], { cwd: os.tmpdir(), env: { PATH: process.env["PATH"] ?? "" } })).stdout,
      "command 1 x\n",
    );
  });
});
