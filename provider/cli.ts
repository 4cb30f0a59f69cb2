import { realpathSync } from "node:fs";
import { constants } from "node:os";
import { main } from "./cli/main.js";
import { optimizeLate } from "./lib/processes/optimizeLate.js";

/** Milliseconds after an interrupt until the process exits, whatever is still running. */
const patienceMs = 2_000;

start();

/** The process of the command line: signals, streams, exit code. */
function start(): void {
  optimizeLate();
  const stops: (() => void)[] = [];
  let interruptedBy: NodeJS.Signals | undefined;

  const exitCodeOf = (signal: NodeJS.Signals) => 128 + constants.signals[signal];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // The second interrupt exits at once.
      if (interruptedBy !== undefined) process.exit(exitCodeOf(signal));
      interruptedBy = signal;
      for (const stop of stops) stop();
      setTimeout(() => process.exit(exitCodeOf(signal)), patienceMs).unref();
    });
  }
  // The reader is gone, as behind `| head`.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit(1));

  void main({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: realpathSync(process.cwd()),
    today: new Date().toISOString().slice(0, 10),
    print: (text) => void process.stdout.write(text),
    printsToTerminal: process.stdout.isTTY,
    logLine: (line) => void process.stderr.write(`${line}\n`),
    ...(drawsOn(process.stderr) && {
      terminal: {
        write: (text: string) => void process.stderr.write(text),
        // A terminal that was never given a size reports 0 columns.
        width: () => process.stderr.columns || 80,
      },
    }),
    onInterrupt: (stop) => {
      if (interruptedBy === undefined) stops.push(stop);
      else stop();
    },
  }).then((code) => {
    process.exitCode = code !== 0 && interruptedBy !== undefined ? exitCodeOf(interruptedBy) : code;
  });
}

/** Some CI jobs have a terminal, and keep everything that is drawn on it. */
function drawsOn(stream: NodeJS.WriteStream): boolean {
  const { CI = "", TERM } = process.env;
  return stream.isTTY && TERM !== "dumb" && (CI === "" || CI === "false");
}
