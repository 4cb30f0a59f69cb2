import assert from "node:assert/strict";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { checkout } from "../support/machine.js";
import { sharedRun, type Run } from "./run.js";

describe("what the README promises", () => {
  let run: Run;

  before(async function () {
    this.timeout(300_000);
    run = await sharedRun(this);
  });

  it("`make demo` deploys, calls, sees no change, sees the edit, and cleans up", async function () {
    this.timeout(600_000);
    const env = { ...(process.env as Record<string, string>), UVLAMBDA_CACHE_DIR: path.join(run.folder, "demo-store") };
    const result = await runCommand([path.join(checkout, "tools", "demo")], { cwd: run.folder, env });
    assert.equal(result.code, 0, result.stdout + result.stderr);
    for (const text of ["Hello, Ada!", "7 unchanged", "2 to update", "Hello again, Ada!", "7 deleted"])
      assert.ok(result.stdout.includes(text), `"${text}" is not in:\n${result.stdout}`);
  });
});
