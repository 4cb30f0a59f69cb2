import { UvLambdaError, type ErrorCode } from "../../lib/errors.js";
import type { PackJob } from "./packer.js";

/** What a thread is told: to do a job, to end the data files of a pack, to remove a folder. */
export type ThreadTask = { readonly job: PackJob } | { readonly pack: string } | { readonly remove: string };

export type ThreadMessage = ThreadTask & { readonly id: number };

export type ThreadAnswer = { readonly id: number } & (
  { readonly result: unknown; readonly error?: undefined } | { readonly error: PlainError; readonly result?: undefined }
);

/** An error as data: between threads, an error loses its class and all properties but the message. */
export interface PlainError {
  readonly isOurs: boolean;
  readonly message: string;
  readonly stack?: string | undefined;
  /** `code` and `hint` of ours; `code`, `syscall`, `path` and `errno` of the system's. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly cause?: PlainError;
}

export function asPlain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { isOurs: false, message: String(error), details: {} };
  const { code, hint, syscall, path, errno } = error as Error & Record<string, unknown>;
  const isOurs = error instanceof UvLambdaError;
  const details = isOurs ? { code, hint } : { code, syscall, path, errno };
  const plain = { isOurs, message: error.message, stack: error.stack, details };
  return error.cause === undefined ? plain : { ...plain, cause: asPlain(error.cause) };
}

export function fromPlain({ isOurs, message, stack, details, cause }: PlainError): Error {
  const why = cause === undefined ? {} : { cause: fromPlain(cause) };
  if (isOurs) {
    const { code, hint } = details as { code: ErrorCode; hint: string | undefined };
    return new UvLambdaError(code, message, { ...(hint !== undefined && { hint }), ...why });
  }
  return Object.assign(new Error(message, why), details, stack === undefined ? {} : { stack });
}
