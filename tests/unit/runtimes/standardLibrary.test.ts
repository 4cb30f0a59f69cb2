import assert from "node:assert/strict";
import * as path from "node:path";
import { isStandardLibrary } from "../../../provider/runtimes/index.js";
import { findInterpreter } from "../../aws/runner/interpreter.js";
import { runCommand } from "../../support/commands.js";
import { skip } from "../../support/skip.js";

describe("names of the standard library", () => {
  for (const minor of ["3.10", "3.11", "3.12", "3.13", "3.14"])
    it(`has those of Python ${minor}`, async function () {
      const interpreter = findInterpreter(minor);
      if (interpreter === undefined) skip(this, `needs CPython ${minor}`);
      const python = path.join(interpreter.prefix, "bin", `python${minor}`);
      const script = "import sys; print(*(n for n in sys.stdlib_module_names if n[0] != '_'))";
      const { code, stdout, stderr } = await runCommand([python, "-I", "-c", script], { cwd: "/", env: {} });
      assert.equal(code, 0, stderr);
      for (const name of stdout.trim().split(" ")) assert.ok(isStandardLibrary(name), name);
      for (const name of ["orders", "test", "requests"]) assert.ok(!isStandardLibrary(name), name);
    });
});
