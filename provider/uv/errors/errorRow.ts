import type { UvLambdaError } from "../../lib/errors.js";
import type { UvCall } from "./uvCall.js";

/** One message of uv. */
export interface ErrorRow {
  /** Matched against all of uv's output, as one line. */
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, failure: Failure) => UvLambdaError;
}

export interface Failure extends UvCall {
  /** All of uv's output in one line, and its last lines unchanged. Both are redacted. */
  readonly flat: string;
  readonly lastLines: string;
}
