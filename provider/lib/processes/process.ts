import { ChildProcess, spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { existsSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { UvLambdaError } from "../errors.js";
import { systemHint } from "../systemErrors.js";
import { BoundedOutput, LineSplitter, OutputBuffer } from "./processOutput.js";

export interface RunOptions {
  readonly cwd: string;
  /** The child's whole environment: nothing is inherited. Its PATH is searched for the command. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Kills this one run. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each line of stderr as it arrives, without its end. */
  readonly onStderr?: ((line: string) => void) | undefined;
  /** Bytes. More on stdout fails the run. Of stderr, the beginning and the end are kept. Default 32 MiB. */
  readonly maxOutput?: number | undefined;
}

export interface RunResult {
  /** As in a shell: 128 + signal for a child that was killed, 127 not found, 126 not executable. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Why no process was started. */
  readonly notStarted?: "ENOENT" | "EACCES" | "ENOEXEC";
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** How long output may stay open after the child has ended. Only a process that left the group can keep it open. */
const outputGraceMs = 1000;

/**
 * Starts child processes, and can kill all of them with everything they started. Each plugin process or command has one
 * runner.
 */
export class ProcessRunner {
  private readonly startedByName = new Map<string, number>();
  private readonly running = new Map<Child, (error: Error) => void>();
  private closed = false;

  /** How many processes were started, by the base name of the command (`uv`). */
  get started(): ReadonlyMap<string, number> {
    return this.startedByName;
  }

  /**
   * Runs a command without a shell, with stdin closed, in its own process group.
   * Rejects with UvLambdaError TIMEOUT, CANCELLED, or UV_FAILED (output too large, the system cannot start processes).
   */
  async run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
    if (this.closed || options.signal?.aborted) throw cancelled();
    const child = start(command, args, options);
    if (!(child instanceof ChildProcess)) return child;
    // Without a free file descriptor there are no pipes, whatever the types say.
    if ((child.stdout as Readable | undefined) === undefined) throw cannotStart(command, await errorOf(child));
    if (child.pid !== undefined) this.count(command);
    return this.follow(child, command, args, options);
  }

  /** Kills every child and what it started, at once. Pending and later runs reject with CANCELLED. Idempotent. */
  killAll(): void {
    this.closed = true;
    for (const fail of [...this.running.values()]) fail(cancelled());
  }

  private count(command: string): void {
    const name = path.basename(command).replace(/\.exe$/i, "");
    this.startedByName.set(name, (this.startedByName.get(name) ?? 0) + 1);
  }

  private follow(child: Child, command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
    const { timeoutMs, signal, onStderr, maxOutput = 32 * 1024 * 1024 } = options;
    const stdout = new OutputBuffer();
    const stderr = new BoundedOutput();
    const lines = new LineSplitter(onStderr);

    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.running.delete(child);
      };
      const fail = (error: Error) => {
        settle();
        killGroup(child);
        reject(error);
      };
      const onAbort = () => fail(cancelled());
      const timer = setTimeout(() => fail(timedOut(command, args, timeoutMs)), timeoutMs);
      this.running.set(child, fail);
      signal?.addEventListener("abort", onAbort, { once: true });

      child.stdout.on("data", (chunk: Buffer) => {
        if (stdout.add(chunk) > maxOutput) fail(tooMuchOutput(command, args, maxOutput));
      });
      child.stderr.on("data", (chunk: Buffer) => {
        stderr.add(chunk);
        lines.add(chunk);
      });
      child.on("error", (error) => {
        settle();
        resolveUnstarted(error, command, options.cwd).then(resolve, reject);
      });
      child.on("exit", () => {
        killGroup(child);
        setTimeout(() => closeOutput(child), outputGraceMs).unref();
      });
      child.on("close", (code, killedBy) => {
        settle();
        lines.end();
        const exitCode = code ?? 128 + (killedBy ? os.constants.signals[killedBy] : 0);
        resolve({ exitCode, stdout: stdout.text(), stderr: stderr.text() });
      });
    });
  }
}

function start(command: string, args: readonly string[], options: RunOptions): Child | RunResult {
  try {
    return spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
      // Its own group lets the whole family be killed. On Windows, it would only open a window.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch (error) {
    const result = unstarted(error as NodeJS.ErrnoException);
    if (result) return result;
    throw cannotStart(command, error);
  }
}

function errorOf(child: Child): Promise<Error> {
  return new Promise((resolve) => child.once("error", resolve));
}

async function resolveUnstarted(error: NodeJS.ErrnoException, command: string, cwd: string): Promise<RunResult> {
  // The system reports the command as missing when the working folder does not exist.
  if (error.code === "ENOENT" && !existsSync(cwd)) {
    throw new UvLambdaError("BAD_FILE", `${cwd}, where ${path.basename(command)} should run, does not exist.`);
  }
  const result = unstarted(error);
  if (!result) throw cannotStart(command, error);
  return result;
}

function unstarted({ code }: NodeJS.ErrnoException): RunResult | undefined {
  if (code === "ENOENT" || code === "ENOTDIR") return { exitCode: 127, stdout: "", stderr: "", notStarted: "ENOENT" };
  if (code === "EACCES" || code === "EPERM") return { exitCode: 126, stdout: "", stderr: "", notStarted: "EACCES" };
  if (code === "ENOEXEC") return { exitCode: 126, stdout: "", stderr: "", notStarted: "ENOEXEC" };
  return undefined;
}

/** Sends SIGKILL to the child and everything in its group. The group outlives its leader. */
function killGroup(child: Child): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    if (child.exitCode === null) spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody is left in the group.
  }
}

function closeOutput(child: Child): void {
  child.stdout.destroy();
  child.stderr.destroy();
}

/** `uv pip install`: the words before the first option or path, because later arguments can hold credentials. */
function commandWords(command: string, args: readonly string[]): string {
  const end = args.findIndex((arg) => !/^[a-z][a-z-]*$/.test(arg));
  return [path.basename(command), ...args.slice(0, end < 0 ? args.length : end)].join(" ");
}

function cancelled(): UvLambdaError {
  return new UvLambdaError("CANCELLED", "The build was cancelled.");
}

function timedOut(command: string, args: readonly string[], timeoutMs: number): UvLambdaError {
  const words = commandWords(command, args);
  return new UvLambdaError("TIMEOUT", `\`${words}\` did not end within ${timeoutMs / 1000} seconds and was killed.`, {
    hint: "If it only needs more time, set UVLAMBDA_TIMEOUT to more seconds.",
  });
}

function tooMuchOutput(command: string, args: readonly string[], max: number): UvLambdaError {
  return new UvLambdaError("UV_FAILED", `\`${commandWords(command, args)}\` printed more than ${max} bytes.`);
}

function cannotStart(command: string, cause: unknown): UvLambdaError {
  const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
  const hint = systemHint(reason);
  const message = `${path.basename(command)} cannot be started: ${reason}.`;
  return new UvLambdaError("UV_FAILED", message, { cause, ...(hint !== undefined && { hint }) });
}
