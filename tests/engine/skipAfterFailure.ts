/**
 * For a group whose tests are steps of one story: after a failed one the rest says nothing, so it is skipped with a
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
