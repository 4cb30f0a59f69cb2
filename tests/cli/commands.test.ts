import assert from "node:assert/strict";
import { exitCodes } from "../../provider/cli/exitCodes.js";
import { CliBench } from "../support/cli.js";

describe("uvlambda", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(function () {
    const opened = CliBench.open();
    if (opened === undefined) this.skip();
    bench = opened;
  });
  after(() => bench?.remove());

  it("explains itself and each command, every flag of it", async () => {
    const { code, stdout } = await bench.run(["--help"]);
    assert.equal(code, 0);
    for (const name of ["build", "inspect", "cache prune"]) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
    const help = await bench.run(["build", "--help", "--nonsense"]);
    assert.equal(help.code, 0);
    const item10 = "project package source group only-group extra prune include exclude handler runtime architecture";
    for (const flag of `${item10} format bytecode source-build out cache-dir verify sbom`.split(" "))
      assert.match(help.stdout, new RegExp(`^  --${flag}\\b`, "m"));
    assert.ok(
      help.stdout.split("\n").every((line) => line.length <= 100),
      help.stdout,
    );
  });

  it("names the command that was meant", async () => {
    for (const [argv, says] of [
      [["biuld", "--project", "x"], /Did you mean \\"build\\"/],
      [["cache"], /Did you mean|Commands: build, inspect, cache prune/],
      [[], /needs a command/],
    ] as const) {
      const { code, stdout } = await bench.run(argv);
      assert.equal(code, 2);
      assert.match(stdout, says);
      assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, "INVALID_INPUT");
    }
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
