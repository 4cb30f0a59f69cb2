import assert from "node:assert/strict";
import * as fs from "node:fs";
import { failureOf } from "../../../provider/cli/failure.js";
import { UvLambdaError } from "../../../provider/lib/errors.js";
import { systemError } from "../../../provider/lib/systemErrors.js";

const failed = (code: string, syscall = "open", path?: string) =>
  Object.assign(new Error(`${code}: no, ${syscall}`), { code, syscall, ...(path !== undefined && { path }) });

describe("errors of the system", () => {
  for (const [code, expected, hint] of [
    ["ENOSPC", "STORE_FULL", /Free some space/],
    ["EDQUOT", "STORE_FULL", /Free some space/],
    ["EIO", "STORE_FAILED", /disk is failing/],
    ["EMFILE", "STORE_FAILED", /ulimit -n/],
    ["ENFILE", "STORE_FAILED", /files are open/],
    ["EROFS", "BAD_FILE", /another folder/],
    ["EACCES", "BAD_FILE", /owner/],
    ["ELOOP", "BAD_FILE", /./],
  ] as const) {
    it(`${code}: ${expected} with the path, at every outlet`, () => {
      const error = systemError(failed(code, "mkdir", "/some/place"));
      assert.equal(error?.code, expected);
      assert.equal(error.message, `/some/place cannot be used: ${code} (mkdir).`);
      assert.match(error.hint ?? "", hint);
      assert.equal(failureOf(failed(code, "mkdir", "/some/place"), "help").code, expected);
    });
  }

  it("are recognised as Node throws them", async () => {
    const error: unknown = await fs.promises.readFile("/nowhere/at/all").catch((thrown: unknown) => thrown);
    assert.match(systemError(error)?.message ?? "", /^\/nowhere\/at\/all cannot be used: ENOENT \(open\)\.$/);
    assert.match(systemError(failed("EMFILE"))?.message ?? "", /^The system cannot be used/);
  });

  it("are not taken for anything else", () => {
    const withCode = (fields: object) => Object.assign(new Error("x"), fields);
    for (const error of [
      new TypeError("x"),
      withCode({ code: "ERR_INVALID" }),
      withCode({ code: "EIO" }),
      withCode({ code: "ERR_FS_EISDIR", syscall: "rm" }),
      "text",
      undefined,
    ])
      assert.equal(systemError(error), undefined);
    assert.equal(systemError(new UvLambdaError("NETWORK", "x")), undefined);
    assert.equal(failureOf(new TypeError("x"), "help").code, "UNEXPECTED");
  });
});
