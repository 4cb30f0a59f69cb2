import { UvLambdaError } from "../lib/errors.js";

/** What was read twice and differed: nothing made of it may be stored. */
export function changedMeanwhile(what: string): UvLambdaError {
  return new UvLambdaError("BAD_FILE", `${what} changed while it was being packed.`, {
    hint: "Run the command again once nothing writes there.",
  });
}
