import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Octal text such as `077`. Default: the umask of the test. */
  readonly umask?: string;
}

export interface CommandResult {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds on the monotonic clock when it ended. */
  readonly endedAt: number;
}

export interface StartedCommand {
  readonly pid: number;
  readonly process: ChildProcess;
  /** stdout and stderr so far. */
  output(): string;
  readonly result: Promise<CommandResult>;
}

/** Starts a program without a shell, except to set a umask. Rejects only when it cannot be started. */
export function startCommand(argv: readonly string[], options: CommandOptions): StartedCommand {
  const full =
    options.umask === undefined ? argv : ["/bin/sh", "-c", `umask ${options.umask}; exec "$@"`, "sh", ...argv];
  const child = spawn(full[0]!, full.slice(1), {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const result = new Promise<CommandResult>((resolve, reject) => {
    let endedAt = 0;
    child.on("error", reject);
    child.on("exit", () => (endedAt = performance.now()));
    child.on("close", (code) =>
      resolve({
        code: code ?? undefined,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8"),
        endedAt,
      }),
    );
  });
  const output = (): string => Buffer.concat([...stdout, ...stderr]).toString("utf8");
  return { pid: child.pid ?? -1, process: child, output, result };
}

export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return startCommand(argv, options).result;
}

/** Waits until `done` returns true. Throws an error with `what` when it does not within `timeoutMs`. */
export async function waitUntil(what: string, timeoutMs: number, done: () => boolean): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!done()) {
    if (performance.now() > deadline) throw new Error(`still not so after ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The file's text, or "" when it does not exist. */
export function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}
