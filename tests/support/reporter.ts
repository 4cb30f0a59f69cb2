import { reporters, type MochaOptions, type Runner } from "mocha";
import * as fs from "node:fs";

/**
 * Mocha's "spec" output; when the run ends, one line `passed failed skipped` goes to the end of the file that
 * UVLAMBDA_TEST_COUNTS names, for `tools/test` to add up.
 */
class CountingReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env["UVLAMBDA_TEST_COUNTS"];
      if (file) fs.appendFileSync(file, `${this.stats.passes} ${this.stats.failures} ${this.stats.pending}\n`);
    });
  }
}

export = CountingReporter;
