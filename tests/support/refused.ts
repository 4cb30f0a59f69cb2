import assert from "node:assert/strict";
import { UvLambdaError, type ErrorCode } from "../../provider/lib/errors.js";

/** The UvLambdaError that a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<UvLambdaError> {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof UvLambdaError, String(error));
  return error;
}

/** The same, after checking its code, and its message together with its hint. */
export async function refused(promise: Promise<unknown>, code: ErrorCode, says = /\S/): Promise<UvLambdaError> {
  const error = await failure(promise);
  assert.equal(error.code, code, error.message);
  assert.match(`${error.message}\n${error.hint ?? ""}`, says);
  return error;
}
