import assert from "node:assert/strict";
import { mock } from "node:test";
import { LineReporter } from "../../../provider/cli/lineReporter.js";
import { LiveReporter } from "../../../provider/cli/liveReporter.js";

const amount = (done: number) => ({ done, total: 10_000_000, verb: "compressed" });
/** Times are replaced, because they differ on every machine. */
const timeless = (text: string) => text.replace(/\[ *\d+\.\d s\]/g, "[T]");

describe("progress of the command line", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setInterval"] }));
  afterEach(() => mock.timers.reset());

  describe("in a file", () => {
    let lines: string[];
    let reporter: LineReporter;
    beforeEach(() => {
      lines = [];
      reporter = new LineReporter((line) => lines.push(timeless(line)));
    });
    afterEach(() => reporter.end());

    it("is one line a phase, whatever is counted", () => {
      reporter.progress("Installing");
      for (const done of [0, 5_000_000, 10_000_000]) reporter.progress("Compressing", amount(done));
      reporter.progress("Installing");
      assert.deepEqual(lines, ["[T] Installing", "[T] Compressing"]);
    });

    it("repeats a phase that lasts, with its amount, until it ends", () => {
      reporter.progress("Compressing", amount(0));
      reporter.progress("Compressing", amount(2_500_000));
      mock.timers.tick(29_999);
      assert.equal(lines.length, 1);
      mock.timers.tick(1);
      assert.deepEqual(lines.slice(1), ["[T] Compressing (2.5 MB of 10.0 MB compressed)"]);
      reporter.end();
      mock.timers.tick(90_000);
      assert.equal(lines.length, 2);
    });

    it("prints a warning once, and other lines unchanged", () => {
      reporter.warn("old");
      reporter.warn("old");
      reporter.logLine("To make the image: docker build x");
      assert.deepEqual(lines, ["warning: old", "To make the image: docker build x"]);
    });
  });

  describe("on a terminal", () => {
    let written: string;
    let columns: number;
    let reporter: LiveReporter;
    beforeEach(() => {
      written = "";
      columns = 100;
      reporter = new LiveReporter({ write: (text) => void (written += text), width: () => columns });
    });
    afterEach(() => reporter.end());

    /** The text on the screen. */
    const screen = () =>
      timeless(written)
        .split("\n")
        .map((line) => line.split("\r\x1b[K").at(-1)!);

    it("is a line that is drawn again, with a bar where bytes are counted", () => {
      reporter.progress("Installing");
      assert.deepEqual(screen(), ["[T] Installing"]);
      reporter.progress("Compressing", amount(0));
      reporter.progress("Compressing", amount(5_000_000));
      mock.timers.tick(200);
      const half = "[T] [#####.....] 5.0 MB of 10.0 MB Compressing";
      assert.deepEqual(screen(), ["[T] Installing", half]);
      const before = written.length;
      mock.timers.tick(200);
      assert.ok(written.length > before, "the time moves");
    });

    it("leaves one line for each phase, even if two go on at once", () => {
      reporter.progress("Installing");
      reporter.progress("Building shared");
      reporter.progress("Installing", amount(1));
      assert.deepEqual(screen(), ["[T] Installing", "[T] Building shared"]);
      reporter.progress("Installing");
      reporter.end();
      assert.deepEqual(screen(), ["[T] Installing", "[T] Building shared", ""]);
    });

    it("makes room for warnings and results", () => {
      reporter.progress("Installing");
      reporter.warn("old");
      reporter.warn("old");
      assert.deepEqual(screen(), ["warning: old", "[T] Installing"]);
      reporter.logLine("hello");
      assert.deepEqual(screen(), ["warning: old", "[T] Installing", "hello", ""]);
      mock.timers.tick(1_000);
      assert.deepEqual(screen(), ["warning: old", "[T] Installing", "hello", ""], "the phase is over");
    });

    it("never draws a line that wraps", () => {
      columns = 40;
      reporter.progress("Compressing the packages of this function", amount(5_000_000));
      const drawn = written.split("\r\x1b[K").at(-1)!;
      assert.equal(drawn.length, 39);
    });
  });
});
