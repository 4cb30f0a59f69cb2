import assert from "node:assert/strict";
import * as path from "node:path";
import { checkLock } from "../../../provider/uv/lockFreshness.js";
import { Bench, read } from "./bench.js";

describe("checkLock, with the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  it("knows a fresh lock in one call without a network, whatever .python-version says", async () => {
    bench.workspace.write(".python-version", "3.99\n");
    assert.deepEqual(await checkLock(bench.uv, bench.root, ">=3.8"), { status: "fresh" });
    assert.equal(bench.uv.runner.calls.length, 1);
    assert.ok(bench.uv.runner.calls[0]?.includes("--offline"));
  });

  it("knows a stale one, and leaves it as it is", async () => {
    const lock = path.join(bench.root, "uv.lock");
    const before = read(lock);
    const api = read(path.join(bench.root, "apps/api/pyproject.toml"));
    bench.workspace.write("apps/api/pyproject.toml", api.replace(', "vendored"', ""));
    const found = await checkLock(bench.uv, bench.root, ">=3.8");
    assert.equal(found.status, "stale");
    assert.match("reason" in found ? found.reason : "", /requirements for: `api/);
    assert.equal(read(lock), before);
    const refreshed = await checkLock(bench.uv, bench.root, ">=3.8", ["core"]);
    assert.match("reason" in refreshed ? refreshed.reason : "", /requirements for: `api/);
  });

  it("is undecided without an interpreter in the range", async () => {
    const found = await checkLock(bench.uv, bench.root, ">=3.99");
    assert.equal(found.status, "undecided");
    assert.match("reason" in found ? found.reason : "", /Python >=3\.99/);
  });

  it("is undecided without a network where one would be needed, after asking once", async () => {
    bench.workspace.append(
      "pyproject.toml",
      '[[tool.uv.index]]\nname = "gone"\nurl = "http://127.0.0.1:9/simple"\nexplicit = true\n',
    );
    bench.workspace.write(
      "libs/core/pyproject.toml",
      '[project]\nname = "core"\nversion = "0.1.0"\ndependencies = ["zeta"]\n[tool.uv.sources]\nzeta = { index = "gone" }\n',
    );
    const found = await checkLock(bench.uv, bench.root, ">=3.8");
    assert.equal(found.status, "undecided");
    assert.match("reason" in found ? found.reason : "", /could not be reached/);
    assert.equal(bench.uv.runner.calls.length, 2);
  });
});
