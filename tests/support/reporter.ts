import { reporters, type MochaOptions, type Runner, type Test } from "mocha";
import * as fs from "node:fs";
import * as path from "node:path";

/** Milliseconds that the process may continue after the last test. */
const patience = 20_000;

/** Lines of an error that are repeated at the end of a run. All of it stands where the test ran. */
const maxErrorLines = 8;

/**
 * Mocha's "spec" output. When the run ends, what `tools/test` says about all suites goes to the end of two files that
 * it names: to UVLAMBDA_TEST_COUNTS one line `passed failed skipped`, to UVLAMBDA_TEST_FAILURES the failed tests.
 */
class SuiteReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once("end", () => {
      append("UVLAMBDA_TEST_COUNTS", `${this.stats.passes} ${this.stats.failures} ${this.stats.pending}\n`);
      append("UVLAMBDA_TEST_FAILURES", this.failures.map(failureText).join(""));
      setTimeout(refuseToHang, patience).unref();
    });
  }
}

function append(variable: string, text: string): void {
  const file = process.env[variable];
  if (file) fs.appendFileSync(file, text);
}

/** The file, the full title and the beginning of the error. */
function failureText(test: Test): string {
  const { message, stack } = test.err ?? new Error("no error was given");
  const place = /^ +at .*\.test\.ts:\d+.*$/m.exec(stack ?? "")?.[0].trim();
  const lines = [...message.trimEnd().split("\n").slice(0, maxErrorLines), ...(place ? [place] : [])];
  const file = path.relative(process.cwd(), test.file ?? "");
  return [`${file}: ${test.fullTitle()}`, ...lines.map((line) => `    ${line}`.trimEnd()), ""].join("\n");
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

export = SuiteReporter;
