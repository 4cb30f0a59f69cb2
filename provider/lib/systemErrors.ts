import { UvLambdaError, type ErrorCode } from "./errors.js";

/** What the system's error codes mean, and how to fix each. */
const meanings: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ["STORE_FULL", "Free some space there (`uvlambda cache prune`, `uv cache prune`), or use another folder."],
  EDQUOT: ["STORE_FULL", "Free some space there (`uvlambda cache prune`, `uv cache prune`), or use another folder."],
  EIO: ["STORE_FAILED", "Run the command again. If it comes back, the disk is failing."],
  EMFILE: ["STORE_FAILED", "Too many files are open. Raise the limit: `ulimit -n 1024`."],
  ENFILE: ["STORE_FAILED", "Too many files are open on this machine. Run the command again when it is less busy."],
  ENOMEM: ["STORE_FAILED", "Give the machine or the container more memory."],
  EAGAIN: ["STORE_FAILED", "The system has no more processes or memory to spare. Raise the limits of this user."],
};

/** How to fix an error with this code, wherever it comes from. */
export function systemHint(code: string): string | undefined {
  return meanings[code]?.[1];
}

const otherHint = "To fix this, correct the owner, the mode or the type of this file or folder, or use another folder.";

/**
 * An error of a system call as a UvLambdaError that names the call and the path. Undefined for any other error. Used
 * where errors are shown: a step that knows more has already thrown its own error.
 */
export function systemError(error: unknown): UvLambdaError | undefined {
  if (error instanceof UvLambdaError || !(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const [meaning, hint] = meanings[code] ?? ["BAD_FILE", otherHint];
  const place = path === undefined ? "The system" : path;
  return new UvLambdaError(meaning, `${place} cannot be used: ${code} (${syscall}).`, { hint, cause: error });
}
