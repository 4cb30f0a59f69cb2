import * as assert from "node:assert/strict";
import { mock } from "node:test";
import { RowReporter } from "../../../../provider/resources/engine/progress.js";

describe("RowReporter", () => {
  let lines: string[];
  let reporter: RowReporter;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    lines = [];
    reporter = new RowReporter({ show: (line) => lines.push(line), warn: (line) => lines.push(`warning: ${line}`) });
  });
  afterEach(() => {
    reporter.stop();
    mock.timers.reset();
  });

  it("is silent for 2 s, then says the latest", () => {
    reporter.progress("one");
    reporter.progress("two");
    mock.timers.tick(1_999);
    assert.deepEqual(lines, []);
    mock.timers.tick(1);
    assert.deepEqual(lines, ["two"]);
  });

  it("says at most one line in 10 s", () => {
    mock.timers.tick(2_000);
    reporter.progress("one");
    reporter.progress("two");
    reporter.progress("three");
    assert.deepEqual(lines, ["one"]);
    mock.timers.tick(9_999);
    assert.deepEqual(lines, ["one"]);
    mock.timers.tick(1);
    assert.deepEqual(lines, ["one", "three"]);
    mock.timers.tick(20_000);
    assert.deepEqual(lines, ["one", "three"]);
    reporter.progress("four");
    assert.deepEqual(lines, ["one", "three", "four"]);
  });

  it("says nothing after the end", () => {
    reporter.progress("one");
    reporter.stop();
    mock.timers.tick(60_000);
    reporter.progress("two");
    assert.deepEqual(lines, []);
  });

  it("says a warning at once, and once", () => {
    reporter.warn("old");
    reporter.warn("old");
    assert.deepEqual(lines, ["warning: old"]);
  });
});
