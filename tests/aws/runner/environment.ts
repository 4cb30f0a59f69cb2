import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { RuntimeApi, type Invocation } from "./runtimeApi.js";

export interface InvokeResult {
  /** JSON text: the handler's result or Lambda's error object. */
  readonly payload: string;
  readonly functionError?: "Unhandled";
  /** What the function wrote to stdout and stderr in this invocation. The first one includes the start. */
  readonly log: string;
}

export interface EnvironmentLimits {
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
}

const INIT_TIMEOUT_MS = 10_000;

/**
 * One execution environment: a process that asks its own Runtime API for events, one at a time. `start` gets the API's
 * address and starts the process.
 */
export class ExecutionEnvironment {
  private log = "";
  private api!: RuntimeApi;
  private child!: ChildProcess;
  private initialised: Outcome = { kind: "ready" };
  private settle: ((outcome: Outcome) => void) | undefined;
  private outcome: Outcome | undefined;

  private constructor(private readonly limits: EnvironmentLimits) {}

  static async start(
    limits: EnvironmentLimits,
    start: (apiAddress: string) => ChildProcess,
  ): Promise<ExecutionEnvironment> {
    const environment = new ExecutionEnvironment(limits);
    environment.api = await RuntimeApi.start({
      ready: () => environment.report({ kind: "ready" }),
      initError: (body) => environment.report({ kind: "error", body }),
      response: (_id, body) => environment.report({ kind: "response", body }),
      error: (_id, body) => environment.report({ kind: "error", body }),
    });
    environment.child = start(environment.api.address);
    environment.watch();
    environment.initialised = await environment.next(INIT_TIMEOUT_MS);
    return environment;
  }

  /** False once the process has ended or may not be given another event. */
  get usable(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.initialised.kind === "ready";
  }

  /** Runs one event. After a failed start, the result is the error that Lambda gives for the first invocation. */
  async invoke(invocation: Invocation): Promise<InvokeResult> {
    if (this.initialised.kind !== "ready") return this.failed(invocation, this.initialised);
    this.api.deliver(invocation);
    const outcome = await this.next(this.limits.timeoutSeconds * 1000);
    if (outcome.kind === "response") {
      if (this.peakMegabytes() > this.limits.memoryMegabytes)
        return this.failed(invocation, { kind: "exit", status: "signal: killed" });
      this.initialised = await this.next(INIT_TIMEOUT_MS);
      return { payload: outcome.body, log: this.takeLog() };
    }
    if (outcome.kind === "error") {
      this.initialised = await this.next(INIT_TIMEOUT_MS);
      return { payload: outcome.body, functionError: "Unhandled", log: this.takeLog() };
    }
    return this.failed(invocation, outcome);
  }

  stop(): void {
    this.api.stop();
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // The group is gone already.
    }
  }

  private failed(invocation: Invocation, outcome: Outcome): InvokeResult {
    this.stop();
    this.initialised = outcome;
    const body =
      outcome.kind === "error" ? outcome.body : JSON.stringify(lambdaError(outcome, invocation.requestId, this.limits));
    return { payload: body, functionError: "Unhandled", log: this.takeLog() };
  }

  private watch(): void {
    const collect = (chunk: Buffer): void => {
      this.log += chunk.toString("utf8");
    };
    this.child.stdout?.on("data", collect);
    this.child.stderr?.on("data", collect);
    this.child.once("error", (error) => this.report({ kind: "exit", status: error.message }));
    this.child.once("close", (code, signal) => {
      this.report({ kind: "exit", status: signal === null ? `exit status ${code}` : `signal: ${signal}` });
    });
  }

  /** Only the first report counts: a process may report an error and then exit. */
  private report(outcome: Outcome): void {
    if (this.settle !== undefined) {
      const settle = this.settle;
      this.settle = undefined;
      settle(outcome);
    } else {
      this.outcome ??= outcome;
    }
  }

  private async next(milliseconds: number): Promise<Outcome> {
    const known = this.outcome;
    this.outcome = undefined;
    if (known !== undefined) return known;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.report({ kind: "timeout" }), milliseconds);
      this.settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
    });
  }

  private peakMegabytes(): number {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }

  private takeLog(): string {
    const log = this.log;
    this.log = "";
    return log;
  }
}

type Outcome =
  | { readonly kind: "ready" | "timeout" }
  | { readonly kind: "response" | "error"; readonly body: string }
  | { readonly kind: "exit"; readonly status: string };

function lambdaError(
  outcome: Outcome,
  requestId: string,
  limits: EnvironmentLimits,
): { errorType: string; errorMessage: string } {
  if (outcome.kind === "timeout") {
    const seconds = limits.timeoutSeconds.toFixed(2);
    return {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    };
  }
  const status = outcome.kind === "exit" ? outcome.status : "the runtime broke its protocol";
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${status}`,
  };
}
