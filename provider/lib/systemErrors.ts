import { UvLambdaError, type ErrorCode } from "./errors.js";

/** What the system says when it has no more of something, by its code. */
const meanings: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOSPC: ["STORE_FULL", "Free some space there (`uvlambda cache prune`, `uv cache prune`), or use another folder."],
  EDQUOT: ["STORE_FULL", "Free some space there (`uvlambda cache prune`, `uv cache prune`), or use another folder."],
  EIO: ["STORE_FAILED", "Run the command again. If it comes back, the disk is failing."],
  EMFILE: ["STORE_FAILED", "Too many files are open. Raise the limit: `ulimit -n 1024`."],
  ENFILE: ["STORE_FAILED", "Too many files are open on this machine. Run the command again when it is quiet."],
  ENOMEM: ["STORE_FAILED", "Give the machine or the container more memory."],
  EAGAIN: ["STORE_FAILED", "The system has no more processes or memory to give. Raise the limits of this user."],
};

const otherHint = "Correct the owner, the mode or the type of what is there, or use another folder.";

/**
 * An error of a system call, which names what was done to which path, as one of ours; undefined for any other error. For
 * the outlets: whatever a step could say better, it has said before.
 */
export function systemError(error: unknown): UvLambdaError | undefined {
  if (error instanceof UvLambdaError || !(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined;
  const [meaning, hint] = meanings[code] ?? ["BAD_FILE", otherHint];
  const place = path === undefined ? "The system" : path;
  return new UvLambdaError(meaning, `${place} cannot be used: ${code} (${syscall}).`, { hint, cause: error });
}
