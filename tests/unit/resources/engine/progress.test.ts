import * as assert from "node:assert/strict";
import { mock } from "node:test";
import { RowReporter } from "../../../../provider/resources/engine/progress.js";

describe("RowReporter", () => {
  let lines: string[];
  let reporter: RowReporter;
  let now: number;
  const pass = (ms: number) => {
    // In steps, because a timer may start another one.
    for (let passed = 0; passed < ms; passed += 1_000) {
      const step = Math.min(1_000, ms - passed);
      now += step;
      mock.timers.tick(step);
    }
  };
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    lines = [];
    now = 5_000;
    const row = {
      show: (line: string) => void lines.push(line),
      warn: (line: string) => void lines.push(`warning: ${line}`),
    };
    reporter = new RowReporter(row, () => now);
  });
  afterEach(() => {
    reporter.stop();
    mock.timers.reset();
  });

  it("is silent for 2 s, then says the latest", () => {
    reporter.progress("one");
    reporter.progress("two");
    pass(1_999);
    assert.deepEqual(lines, []);
    pass(1);
    assert.deepEqual(lines, ["two (2 s)"]);
  });

  it("says at most one line in 10 s", () => {
    pass(2_000);
    reporter.progress("one");
    reporter.progress("two");
    reporter.progress("three");
    assert.deepEqual(lines, ["one (2 s)"]);
    pass(9_999);
    assert.deepEqual(lines, ["one (2 s)"]);
    pass(1);
    assert.deepEqual(lines, ["one (2 s)", "three (12 s)"]);
  });

  it("says how long, and how much is done, every 10 s; after a minute once a minute", () => {
    reporter.progress("Compressing", { done: 0, total: 10_000_000, verb: "compressed" });
    pass(2_000);
    reporter.progress("Compressing", { done: 2_500_000, total: 10_000_000, verb: "compressed" });
    pass(10_000);
    assert.deepEqual(lines, [
      "Compressing (0 B of 10.0 MB compressed, 2 s)",
      "Compressing (2.5 MB of 10.0 MB compressed, 12 s)",
    ]);
    pass(168_000);
    const seconds = lines.map((line) => Number(/(\d+) s\)$/.exec(line)?.[1]));
    assert.deepEqual(seconds, [2, 12, 22, 32, 42, 52, 112, 172]);
    reporter.progress("Building shared");
    pass(10_000);
    assert.equal(lines.at(-1), "Building shared (182 s)");
  });

  it("says nothing after the end", () => {
    reporter.progress("one");
    reporter.stop();
    pass(60_000);
    reporter.progress("two");
    assert.deepEqual(lines, []);
  });

  it("says a warning at once, and once", () => {
    reporter.warn("old");
    reporter.warn("old");
    assert.deepEqual(lines, ["warning: old"]);
  });
});
