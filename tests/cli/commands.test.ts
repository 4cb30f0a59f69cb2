import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { commands } from "../../provider/cli/commands.js";
import { exitCodes } from "../../provider/cli/exitCodes.js";
import { main } from "../../provider/cli/main.js";
import type { CommandResult } from "../support/commands.js";
import { CliBench } from "../support/cli.js";
import { checkout } from "../support/machine.js";

describe("uvlambda", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(function () {
    bench = CliBench.openOrSkip(this);
  });
  after(() => bench?.remove());

  it("explains itself, each command and every flag", async () => {
    const { code, stdout } = await bench.run(["--help"]);
    assert.equal(code, 0);
    for (const name of ["build", "inspect", "cache prune"]) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
    const help = await bench.run(["build", "--help", "--nonsense"]);
    assert.equal(help.code, 0);
    const item10 = "project package source group only-group extra prune include exclude handler runtime architecture";
    for (const flag of `${item10} format bytecode source-build only-include dependency-exclude copy layer provided powertools powertools-version check request out cache-dir verify sbom`.split(
      " ",
    ))
      assert.match(help.stdout, new RegExp(`^  --${flag}\\b`, "m"));
    assert.ok(
      help.stdout.split("\n").every((line) => line.length <= 100),
      help.stdout,
    );
  });

  it("names the command that was meant", async () => {
    for (const [argv, says] of [
      [["biuld", "--project", "x"], /Did you mean \\"build\\"/],
      [["cache", "prun"], /Did you mean \\"cache prune\\"/],
      [["--project", "x"], /"--project|needs a command|is not a command/],
    ] as const) {
      const { code, stdout } = await bench.run(argv);
      assert.equal(code, 2);
      assert.match(stdout, says);
      assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, "INVALID_INPUT");
    }
  });

  it("helps without arguments, with every word for help, and for a group of commands", async () => {
    const whole = await bench.run(["--help"]);
    const same = async (argv: readonly string[], as: CommandResult) => {
      const { code, stdout, stderr } = await bench.run(argv);
      assert.deepEqual([code, stdout, stderr], [0, as.stdout, ""], `uvlambda ${argv.join(" ")}`);
    };
    for (const argv of [[], ["-h"], ["help"]]) await same(argv, whole);
    const group = await bench.run(["cache", "--help"]);
    assert.match(group.stdout, /^Usage: uvlambda cache COMMAND[^]*^ {2}cache prune /m);
    assert.doesNotMatch(group.stdout, /^ {2}build /m);
    for (const argv of [["cache"], ["help", "cache"]]) await same(argv, group);
    for (const { name } of commands) {
      const help = await bench.run([...name.split(" "), "--help"]);
      assert.equal(help.code, 0);
      assert.match(help.stdout, new RegExp(`^Usage: uvlambda ${name}\\b`, "m"));
      await same(["help", ...name.split(" ")], help);
      assert.ok(
        help.stdout.split("\n").every((line) => line.length <= 120),
        help.stdout,
      );
    }
  });

  it("prints its version, which is that of the plugin, without loading the code that builds", async () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as { version: string };
    const log = bench.at("loaded.log");
    const hook =
      'const M=require("node:module"),fs=require("node:fs"),f=M._load;M._load=(n,...r)=>{fs.appendFileSync(' +
      `${JSON.stringify(log)},n+"\\n");return f(n,...r)};`;
    bench.write("", { "hook.cjs": hook });
    for (const word of ["--version", "-v", "version"]) {
      const env = { NODE_OPTIONS: `--require ${bench.at("hook.cjs")}` };
      const { code, stdout, stderr } = await bench.run([word], { env });
      assert.deepEqual([code, stdout], [0, `uvlambda ${version}\n`], stderr);
    }
    const loaded = fs.readFileSync(log, "utf8");
    assert.match(loaded, /schemaFile\.js/);
    assert.doesNotMatch(loaded, /buildCommand|packaging|inspect|smol-toml/);
  });

  it("prints control characters of names as text, on both streams", async () => {
    bench.write("escapes", { "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n' });
    const { code, stdout, stderr } = await bench.run(["build", "--project", "escapes\x1b[2J\x9b31m\x07"]);
    assert.equal(code, 2);

    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f]/);
    assert.doesNotMatch(stderr, /[\u0080-\u009f]/);
    assert.match(stderr, /escapes\\x1b\[2J\\x9b31m\\x07/);
  });

  it("prints an error once on a terminal, with its code, and also as JSON if a program reads stdout", async () => {
    const say = async (printsToTerminal: boolean) => {
      const [out, err]: string[][] = [[], []];
      const exitCode = await main({
        argv: ["build", "--hanlder", "x"],
        env: {},
        cwd: bench.folder,
        today: "2026-11-26",
        print: (text) => out!.push(text),
        printsToTerminal,
        logLine: (line) => err!.push(line),
        onInterrupt: () => undefined,
      });
      assert.equal(exitCode, 2);
      return { out: out!.join(""), err: err!.join("\n") };
    };
    const terminal = await say(true);
    assert.equal(terminal.out, "");
    assert.match(terminal.err, /^error \(INVALID_INPUT\): --hanlder: .*Did you mean "--handler"/);
    assert.match(terminal.err, /`uvlambda build --help` says what is allowed\.$/);
    const piped = await say(false);
    assert.equal(piped.err, terminal.err);
    const { error } = JSON.parse(piped.out) as { error: { hint: string } };
    assert.equal(error.hint, "`uvlambda build --help` says what is allowed.");
  });

  it("prunes the cache folder and says what it freed", async () => {
    const project = await bench.project("app", { dependencies: ["alpha"], wheels: [{ name: "alpha" }] });
    await bench.build(["--project", project, "--runtime", "python3.13"]);
    const kept = await bench.run(["cache", "prune"]);
    assert.deepEqual(JSON.parse(kept.stdout), { cacheDir: bench.at("store"), removed: 0, bytesFreed: 0 });
    const pruned = await bench.run(["cache", "prune", "--max-bytes", "0"]);
    const { removed, bytesFreed } = JSON.parse(pruned.stdout) as { removed: number; bytesFreed: number };
    assert.ok(removed > 3 && bytesFreed > 1000, pruned.stdout);
    const again = await bench.build(["--project", project, "--runtime", "python3.13"]);
    assert.equal(again.output.cacheHit, false);
    const wrong = await bench.run(["cache", "prune", "--max-bytes", "1e9", "--max-age=-1", "--cache-dir="]);
    assert.equal(wrong.code, 2);
    assert.match(
      wrong.stdout,
      /--cache-dir: must not be empty[^]*--max-bytes: must be a whole number[^]*--max-age: must be a whole number/,
    );
  });

  it("has an exit code of 1, 2 or 130 for every error", () => {
    assert.ok(Object.keys(exitCodes).length > 20);
    for (const code of Object.values(exitCodes)) assert.ok([1, 2, 130].includes(code));
    assert.deepEqual(
      [exitCodes.STORE_FULL, exitCodes.STORE_FAILED, exitCodes.STORE_UNUSABLE, exitCodes.NOT_REPRODUCIBLE],
      [1, 1, 2, 1],
    );
  });
});
