import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { importedBefore, maybeImportedBefore, runtimes } from "../../../provider/runtimes/index.js";
import { measuredImports } from "../../../provider/runtimes/importedModules.js";
import { findInterpreter } from "../../aws/runner/interpreter.js";
import { runCommand } from "../../support/commands.js";
import { skip } from "../../support/skip.js";

const probe = path.join(__dirname, "..", "..", "..", "tools", "python", "imported_modules.py");

describe("modules that a runtime has imported before the handler", () => {
  for (const runtime of Object.keys(measuredImports)) {
    it(`${runtime}: what the real runtime interface client imports`, async function () {
      const minor = runtime.replace("python", "");
      const client = path.join(process.env["UVLAMBDA_TEST_RIC"] ?? "", minor);
      const interpreter = findInterpreter(minor);
      if (process.env["UVLAMBDA_TEST_RIC"] === undefined || !fs.existsSync(client) || interpreter === undefined)
        skip(this, `needs CPython ${minor} and awslambdaric (UVLAMBDA_TEST_RIC)`);
      const python = path.join(interpreter.prefix, "bin", `python${minor}`);
      const { code, stdout, stderr } = await runCommand([python, "-I", "-S", probe, client], { cwd: "/", env: {} });
      assert.equal(code, 0, stderr);
      assert.deepEqual([...importedBefore(runtime)], stdout.trim().split("\n"), "run tools/imported-modules");
    });
  }

  it("none comes from a site of this machine", () => {
    const foreign = ["sitecustomize", "usercustomize", "_distutils_hack", "apport_python_hook", "certifi", "typing"];
    for (const { runtime } of runtimes)
      for (const name of foreign) assert.ok(!importedBefore(runtime).has(name), `${runtime}: ${name}`);
  });

  it("of a runtime that could not be asked they are those of all others", () => {
    for (const runtime of ["python3.9", "python3.14", "python3.20"]) {
      const names = importedBefore(runtime);
      for (const name of ["json", "logging", "os", "site", "re", "threading"]) assert.ok(names.has(name), name);
      // `token` is imported up to 3.12 only, `contextlib` from 3.11 on.
      for (const name of ["token", "contextlib"]) assert.ok(!names.has(name), name);
      assert.ok(maybeImportedBefore(runtime).has(runtime === "python3.9" ? "token" : "contextlib"), runtime);
      assert.ok(!maybeImportedBefore(runtime).has("json"));
    }
    for (const runtime of Object.keys(measuredImports)) assert.equal(maybeImportedBefore(runtime).size, 0);
  });
});
