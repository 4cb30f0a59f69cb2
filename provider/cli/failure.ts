import { InvalidInputError, UvLambdaError, unexpectedText } from "../lib/errors.js";
import { systemError } from "../lib/systemErrors.js";
import { exitCodes } from "./exitCodes.js";

/** What stdout and the shell get about an error. */
export interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Never a stack: an unexpected error is a defect, and its first line is enough to find it. `help` is the command that
 * explains more.
 */
export function failureOf(error: unknown, help: string): Failure {
  const known = error instanceof UvLambdaError ? error : systemError(error);
  if (known === undefined) return unexpected(error);
  const { code } = known;
  return { exitCode: exitCodes[code], code, ...wordsOf(known, help) };
}

function wordsOf(error: UvLambdaError, help: string): Pick<Failure, "message" | "hint"> {
  const { code, message, hint, problems } = error;
  if (hint !== undefined) return { message, hint };
  if (error instanceof InvalidInputError) return { message, hint: `\`${help}\` says what is allowed.` };
  // Checks keep the fix of each finding with its problem.
  const [only] = problems;
  const start = `${message}\n`;
  if (problems.length === 1 && only?.message.startsWith(start))
    return { message, hint: only.message.slice(start.length) };
  const whole = problems.map((problem) => problem.message).join("\n");
  return { message: whole === "" ? message : whole, hint: `docs/troubleshooting.md explains ${code}.` };
}

function unexpected(error: unknown): Failure {
  return {
    exitCode: 1,
    code: "UNEXPECTED",
    message: unexpectedText(error),
    hint: "This is a defect of uvlambda. Please report it with the output of the same command with NODE_DEBUG=uvlambda set.",
  };
}
