import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { findPython } from "../../../../provider/uv/programs/python.js";
import { skip } from "../../../support/skip.js";
import { Bench } from "../bench.js";

describe("findPython, with the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  it("finds any interpreter with its version, or one of a version, or none", async function () {
    const any = await findPython(bench.uv, bench.root);
    if (any === undefined) skip(this, "needs a CPython on PATH");
    assert.ok(path.isAbsolute(any.path) && fs.existsSync(any.path), any.path);
    assert.match(any.version, /^3\.\d+\.\d+/);
    assert.equal((await findPython(bench.uv, bench.root, any.version))?.version, any.version);
    const minor = any.version.split(".").slice(0, 2).join(".");
    assert.ok((await findPython(bench.uv, bench.root, minor))?.version.startsWith(`${minor}.`));
    assert.equal(await findPython(bench.uv, bench.root, "3.99"), undefined);
  });
});
