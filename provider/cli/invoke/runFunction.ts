import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError } from "../../lib/errors.js";
import type { ProcessRunner } from "../../lib/processes/process.js";
import { bootstrap } from "./bootstrap.js";
import { RuntimeServer, type Answer, type Invocation } from "./runtimeServer.js";

export interface FunctionRun {
  readonly python: string;
  /** Folder of the runtime interface client. */
  readonly client: string;
  /** Private folder with `task/` and perhaps `opt/`, unpacked. */
  readonly folder: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memorySize: number;
  readonly timeoutMs: number;
  readonly payload: string;
  /** Variables of the function. */
  readonly variables: Readonly<Record<string, string>>;
  /** The environment of this machine, with the search path, the AWS region and the credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** A line that the function wrote. */
  readonly onLog: (line: string) => void;
}

export interface Outcome extends Answer {
  /** Bytes; undefined where the system does not say. */
  readonly peakMemory: number | undefined;
}

/** Lambda gives a function 10 s to load, whatever its timeout. */
const initMs = 10_000;

const functionName = "local";

/**
 * Runs one event in a new execution environment. Throws TIMEOUT, and FUNCTION_FAILED when the function's process ends
 * without an answer.
 */
export async function runFunction(runner: ProcessRunner, run: FunctionRun): Promise<Outcome> {
  const region = run.environment["AWS_REGION"] ?? run.environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
  const deadline = new Deadline();
  const seconds = (run.timeoutMs / 1000).toFixed(2);
  const server = await RuntimeServer.start(invocationOf(run, region), () =>
    deadline.set(run.timeoutMs, `Task timed out after ${seconds} seconds`),
  );
  try {
    deadline.set(initMs + run.timeoutMs, "The function did not load within 10 seconds plus its timeout.");
    const script = path.join(run.folder, "bootstrap.py");
    await fs.writeFile(script, bootstrap);
    const { signal } = deadline;
    const ended = endOf(runner, run, { script, signal, variables: environmentOf(run, region, server.address) });
    const answer = await Promise.race([server.answer, ended, deadline.passed]);
    const peakMemory = await peakMemoryOf(pidFileOf(run));
    deadline.end();
    // Killed on purpose, so its end is no error.
    await ended.catch(() => undefined);
    return { ...answer, peakMemory };
  } finally {
    deadline.end();
    server.stop();
  }
}

interface Started {
  readonly script: string;
  readonly signal: AbortSignal;
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs the function's process. Rejects when it has ended: by then it should have answered. */
async function endOf(runner: ProcessRunner, run: FunctionRun, started: Started): Promise<never> {
  const { exitCode } = await runner.run(run.python, ["-s", started.script], {
    cwd: path.join(run.folder, "task"),
    env: { ...started.variables, UVLAMBDA_PID_FILE: pidFileOf(run) },
    timeoutMs: run.timeoutMs + 2 * initMs,
    signal: started.signal,
    onStderr: run.onLog,
  });
  throw withoutAnswer(exitCode);
}

function pidFileOf({ folder }: FunctionRun): string {
  return path.join(folder, "pid");
}

/** Kills the function when its time is over, or when it has answered. */
class Deadline {
  private readonly abort = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private reject!: (error: Error) => void;
  /** Rejects with TIMEOUT. */
  readonly passed = new Promise<never>((_, reject) => (this.reject = reject));

  constructor() {
    // It may pass before anybody waits for it.
    this.passed.catch(() => undefined);
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Replaces the last one. */
  set(ms: number, message: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.reject(new UvLambdaError("TIMEOUT", message, { hint: "`--timeout SECONDS` gives it more time." }));
      this.abort.abort();
    }, ms);
  }

  end(): void {
    clearTimeout(this.timer);
    this.abort.abort();
  }
}

function invocationOf({ timeoutMs, payload }: FunctionRun, region: string): Invocation {
  const functionArn = `arn:aws:lambda:${region}:000000000000:function:${functionName}`;
  return { requestId: randomUUID(), functionArn, timeoutMs, payload };
}

function withoutAnswer(exitCode: number): UvLambdaError {
  const message = `The function's process ended without an answer (exit code ${exitCode}).`;
  return new UvLambdaError("FUNCTION_FAILED", message, {
    hint: "Its last output says why: a crash in a native module, os._exit, too little memory.",
  });
}

/** What a function needs of this machine: its programs and its network. */
const passedVariables = /^(PATH|HOME|TMPDIR|SSL_CERT_FILE|HTTPS?_PROXY|NO_PROXY)$/i;

/** What the AWS SDK needs: credentials, or where they are, and where AWS is. */
const credentialVariables =
  /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|(DEFAULT_)?PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ROLE_ARN|ROLE_SESSION_NAME|WEB_IDENTITY_TOKEN_FILE|CONTAINER_\w+|CA_BUNDLE|ENDPOINT_URL)$/i;

/** The variables that Lambda sets, with the paths of this machine. */
function environmentOf(run: FunctionRun, region: string, address: string): Record<string, string> {
  const passed = Object.entries(run.environment).filter(
    ([name]) => passedVariables.test(name) || credentialVariables.test(name),
  );
  return {
    ...Object.fromEntries(passed),
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    ...run.variables,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${run.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(run.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_TASK_ROOT: path.join(run.folder, "task"),
    LAMBDA_RUNTIME_DIR: run.client,
    _HANDLER: run.handler,
    UVLAMBDA_LAYER: path.join(run.folder, "opt"),
    UVLAMBDA_CLIENT: run.client,
  };
}

/** Only Linux lets other processes read it. */
async function peakMemoryOf(pidFile: string): Promise<number | undefined> {
  try {
    const status = await fs.readFile(`/proc/${await fs.readFile(pidFile, "utf8")}/status`, "utf8");
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
