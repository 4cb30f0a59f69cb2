import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";

describe("the end of a test run", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => (folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-totals-")))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  function write(name: string, text: string): string {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  }

  function run(...files: string[]) {
    const { PATH = "", HOME = folder } = process.env;
    return runCommand(["tools/test", ...files], { cwd: checkout, env: { PATH, HOME } });
  }

  it("repeats what failed in every suite, briefly, before the counts", async () => {
    const failing = write(
      "failing.test.ts",
      [
        'describe("a group", () => {',
        '  it("passes", () => undefined);',
        '  it("fails", () => {',
        '    throw new Error(Array.from({ length: 30 }, (_, i) => `line ${i + 1}`).join("\\n"));',
        "  });",
        "});",
        'describe("another", () => {',
        '  before(() => { throw new Error("not ready"); });',
        '  it("never runs", () => undefined);',
        "});",
      ].join("\n"),
    );
    const broken = write("broken.test.ts", 'throw new Error("does not load");');
    const passing = write("passing.test.ts", 'it("passes too", () => undefined);');
    const { code, stdout } = await run(failing, broken, passing);
    const [, end = ""] = stdout.split("\n== failed\n");
    const name = path.relative(checkout, failing);
    const lines = end.split("\n").filter((line) => !line.trim().startsWith("at "));
    assert.deepEqual(lines, [
      `${name}: a group fails`,
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `    line ${i}`),
      `${name}: another "before all" hook for "never runs"`,
      "    not ready",
      `${broken}: broke off with exit code 1`,
      "",
      "0 skipped",
      "2 passed, 3 failed",
      "",
    ]);
    assert.match(end, /^ {4}at .*failing\.test\.ts:4:/m);
    assert.equal(code, 1);
  });

  it("has the counts alone when nothing failed", async () => {
    const { code, stdout } = await run(write("passing.test.ts", 'it("passes", () => undefined);'));
    assert.doesNotMatch(stdout, /== failed/);
    assert.match(stdout, /\n0 skipped\n1 passed, 0 failed\n$/);
    assert.equal(code, 0);
  });
});
