/** The codes of all errors. A test and docs/troubleshooting.md cover each one. */
export type ErrorCode =
  | "INVALID_INPUT" // one or more inputs are wrong; `problems` names each
  | "UV_NOT_FOUND"
  | "UV_TOO_OLD"
  | "UV_UNUSABLE"
  | "UV_SETTINGS" // uv refuses a variable, a uv.toml, or a folder that they name
  | "PYTHON_NOT_FOUND" // uv needs a CPython to install with, and found none
  | "LOCK_MISSING"
  | "LOCK_STALE"
  | "LOCK_UNREADABLE"
  | "TARGET_NOT_LOCKED" // the lock is restricted to environments without the target
  | "PROJECT_UNREADABLE" // pyproject.toml is missing or cannot be parsed
  | "NO_WHEEL"
  | "HASH_MISMATCH"
  | "HASH_MISSING" // the lock has no hash of a file, and `checks.hashes` wants one
  | "NETWORK"
  | "INDEX_AUTH"
  | "UV_FAILED" // any other message of uv, redacted
  | "LOCAL_BUILD_FAILED"
  | "DOCKER_FAILED" // no docker, no daemon, no image, or no container
  | "BUILD_FORBIDDEN" // a setting forbids building a package that must be built
  | "UNSUITABLE_WHEEL" // a wheel built here does not fit the target
  | "BAD_FILE" // link out of the tree, FIFO, socket, unreadable file, bad name
  | "FILE_CONFLICT" // two packages have one path
  | "HANDLER_NOT_FOUND"
  | "HANDLER_UNUSABLE" // the function is there, but every call of it fails
  | "NO_CODE" // an archive that AWS would refuse as empty
  | "SECRET_FILE" // a private key or credentials among the files that ship
  | "NATIVE_MISMATCH"
  | "TOO_LARGE"
  | "TIMEOUT"
  | "STORE_UNUSABLE" // not writable, or owned by another user
  | "STORE_FULL" // no space left
  | "STORE_FAILED" // the disk failed
  | "NOT_REPRODUCIBLE" // a second build gave different bytes
  | "FUNCTION_FAILED" // `uvlambda invoke`: the function raised an error or crashed
  | "CANCELLED";

/** One wrong input: `property` is the Pulumi property path (`groups[0]`, `environment.AWS_REGION`). */
export interface Problem {
  readonly property: string;
  readonly message: string;
}

export interface ErrorDetails {
  /** The command or setting that fixes it. */
  readonly hint?: string;
  /** The input that the error is about. Absent: the whole project. */
  readonly property?: string;
  /** Several problems at once, instead of `property`. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/**
 * The only error type that is thrown on purpose. `message` says what is wrong and where. It never contains a secret or
 * a stack.
 */
export class UvLambdaError extends Error {
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "UvLambdaError";
    this.hint = details.hint;
    this.problems = details.problems ?? [
      { property: details.property ?? "project", message: withHint(message, details.hint) },
    ];
  }
}

/** All wrong inputs at once. */
export class InvalidInputError extends UvLambdaError {
  override readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("INVALID_INPUT", problems.map((p) => `${p.property}: ${p.message}`).join("\n"));
    this.problems = problems;
  }
}

/** Characters of an unexpected message that are shown: it may quote a whole answer. */
const maxUnexpected = 500;

/** What is said of an error that nobody threw on purpose: a defect, whose first line is enough to find it. */
export function unexpectedText(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  const shown = line.length > maxUnexpected ? `${line.slice(0, maxUnexpected)}...` : line;
  return `uvlambda failed unexpectedly: ${shown}`;
}

export function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

/** The same error with changed text everywhere, even in the stack that debug logs show. */
export function rewordError(error: unknown, change: (text: string) => string): unknown {
  if (!(error instanceof Error)) return error;
  const problems = (list: readonly Problem[]) =>
    list.map((problem) => ({ ...problem, message: change(problem.message) }));
  const result =
    error instanceof InvalidInputError
      ? new InvalidInputError(problems(error.problems))
      : error instanceof UvLambdaError
        ? new UvLambdaError(error.code, change(error.message), {
            ...(error.hint !== undefined && { hint: change(error.hint) }),
            problems: problems(error.problems),
            cause: error.cause,
          })
        : error;
  if (result === error) error.message = change(error.message);
  if (error.stack !== undefined) result.stack = change(error.stack);
  return result;
}
