import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InvokeResult } from "./environment.js";
import { findInterpreter } from "./interpreter.js";
import { Runner } from "./runner.js";
import { detectIsolation } from "./sandbox.js";

export interface HandlerRun {
  /** Zip files, unpacked to /var/task one over the other. */
  readonly archives: readonly string[];
  /** Zip files, unpacked to /opt one over the other. */
  readonly layers?: readonly string[];
  readonly handler: string;
  /** "3.11" */
  readonly pythonMinor: string;
  /** Any JSON value; {} unless given. */
  readonly event?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds; 30 unless given. */
  readonly timeout?: number;
}

/**
 * What a handler returned. `value` is the parsed JSON, or an object with errorType and errorMessage when
 * `functionError` is set.
 */
export interface HandlerAnswer extends InvokeResult {
  readonly value: unknown;
}

/**
 * Why handlers of this Python version cannot run on this machine. Undefined when they can. Tests that get a reason
 * skip with it.
 */
export function whyNotRunnable(pythonMinor: string): string | undefined {
  const isolation = detectIsolation();
  if (isolation.kind === "none") return isolation.reason;
  if (process.env["UVLAMBDA_TEST_RIC"] === undefined) return "UVLAMBDA_TEST_RIC is not set (tools/setup makes it)";
  if (findInterpreter(pythonMinor) === undefined) return `no CPython ${pythonMinor} on this machine`;
  return undefined;
}

/** Imports and calls a handler from archives in the runner, without any AWS. */
export async function runHandler(run: HandlerRun): Promise<HandlerAnswer> {
  const reason = whyNotRunnable(run.pythonMinor);
  if (reason !== undefined) throw new Error(reason);
  const runner = new Runner({
    work: mkdtempSync(join(tmpdir(), "uvlambda-runner-")),
    clients: process.env["UVLAMBDA_TEST_RIC"] ?? "",
  });
  try {
    const target = {
      name: "function",
      arn: "arn:aws:lambda:eu-central-1:123456789012:function:function",
      version: "$LATEST",
      region: "eu-central-1",
      code: run.archives,
      layers: run.layers ?? [],
      handler: run.handler,
      minor: run.pythonMinor,
      memorySize: 1024,
      timeout: run.timeout ?? 30,
      ephemeralStorage: 512,
      environment: run.env ?? {},
    };
    const result = await runner.invoke(target, JSON.stringify(run.event ?? {}));
    return { ...result, value: JSON.parse(result.payload) as unknown };
  } finally {
    runner.stop();
  }
}
