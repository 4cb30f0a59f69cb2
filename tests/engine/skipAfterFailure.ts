import { skip } from "../support/skip.js";

/**
 * For a group whose tests are steps of one scenario. After a failed step, the rest means nothing and is skipped with a
 * message.
 */
export function skipAfterFailure(): void {
  let broken = false;

  beforeEach(function () {
    if (broken) skip(this, "an earlier step failed");
  });

  afterEach(function () {
    broken ||= this.currentTest?.state === "failed";
  });
}
