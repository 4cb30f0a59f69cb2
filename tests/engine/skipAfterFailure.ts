/**
 * For a group whose tests are steps of one scenario. After a failed step, the rest means nothing and is skipped with a
 * message.
 */
export function skipAfterFailure(): void {
  let broken = false;

  beforeEach(function () {
    if (!broken) return;
    console.log("skipped: an earlier step failed");
    this.skip();
  });

  afterEach(function () {
    broken ||= this.currentTest?.state === "failed";
  });
}
