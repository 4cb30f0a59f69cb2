import { UvLambdaError } from "../lib/errors.js";

/** Something differed when it was read again: nothing made from it may be stored. */
export function changedMeanwhile(what: string): UvLambdaError {
  return new UvLambdaError("BAD_FILE", `${what} changed while it was being packed.`, {
    hint: "Run the command again when nothing else writes there.",
  });
}
