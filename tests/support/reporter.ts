import { reporters, type MochaOptions, type Runner } from "mocha";
import * as fs from "node:fs";

/** Milliseconds that the process may continue after the last test. */
const patience = 20_000;

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
      setTimeout(refuseToHang, patience).unref();
    });
  }
}

/** A test that leaves something open must not stop the other suites, and must not go unnoticed either. */
function refuseToHang(): void {
  console.error(
    `The tests have ended, but these keep the process alive: ${process.getActiveResourcesInfo().join(", ")}`,
  );
  // Mocha sets the exit code in its own "exit" listener, from the number of failed tests. This one runs after it.
  process.once("exit", () => (process.exitCode = 1));
  process.exit();
}

export = CountingReporter;
