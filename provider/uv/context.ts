import { UvLambdaError } from "../lib/errors.js";
import type { Limit } from "../lib/concurrency/limit.js";
import type { Reporter } from "../lib/log.js";
import type { ProcessRunner, RunResult } from "../lib/processes/process.js";
import { redact } from "../lib/redaction/redact.js";
import { downloadMeter } from "./downloads.js";

/** The uv to use, and everything that a call of it needs. */
export interface UvContext {
  /** Absolute path of the binary. */
  readonly path: string;
  /** `0.13.9` */
  readonly version: string;
  readonly runner: Pick<ProcessRunner, "run">;
  /** The whole environment of the child, see `uvEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values that no message may show, see `secretValues`. */
  readonly secrets: readonly string[];
  /** Milliseconds for one call. */
  readonly timeoutMs: number;
  readonly limit: Limit;
  readonly signal?: AbortSignal;
  readonly reporter: Reporter;
  /** Milliseconds without output from uv after which the user is told what the build waits for. Default: one minute. */
  readonly silenceMs?: number;
}

export interface UvRun {
  readonly cwd: string;
  /** What uv does, for "Waiting for uv: installing 12 packages". */
  readonly purpose: string;
  /** Variables in addition to the context's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More values to keep out of messages. */
  readonly secrets?: readonly string[];
  /** Shows as progress what uv says it is doing: its builds, and its downloads as the amount of a phase. */
  readonly shows?: { readonly phase?: string };
}

/** One call of uv, whatever its exit code. Throws UV_UNUSABLE, TIMEOUT, CANCELLED. */
export function runUv(context: UvContext, args: readonly string[], run: UvRun): Promise<RunResult> {
  return context.limit(async () => {
    const watch = watchSilence(context, run);
    const meter = downloadMeter();
    try {
      const result = await context.runner.run(context.path, args, {
        cwd: run.cwd,
        env: { ...context.environment, ...run.environment },
        timeoutMs: context.timeoutMs,
        signal: context.signal,
        onStderr: (line) => {
          watch.heard();
          if (run.shows === undefined) return;
          const { phase } = run.shows;
          const amount = meter(line);
          if (amount !== undefined && phase !== undefined) context.reporter.progress(phase, amount);
          if (activity.test(line)) context.reporter.progress(shown(line, context, run));
        },
      });
      if (result.notStarted === undefined) return result;
      throw new UvLambdaError("UV_UNUSABLE", `uv at ${context.path} cannot be started: ${result.notStarted}.`);
    } finally {
      watch.end();
    }
  });
}

/** Progress of uv. Errors are not progress: they are reported when the call has ended. */
const activity = /^\s*(Building|Updating)\b/;

function shown(line: string, context: UvContext, run: UvRun): string {
  return `uv: ${redact(line.trim(), [...context.secrets, ...(run.secrets ?? [])])}`;
}

/** Reports long silences, unless a phase shows that time passes: it stays on the screen with a running clock. */
function watchSilence(
  { reporter, silenceMs = 60_000 }: UvContext,
  { purpose, shows }: UvRun,
): { heard(): void; end(): void } {
  if (shows?.phase !== undefined) return { heard: () => {}, end: () => {} };
  const timer = setInterval(() => reporter.progress(`Still waiting for uv: ${purpose}`), silenceMs);
  return { heard: () => void timer.refresh(), end: () => clearInterval(timer) };
}
