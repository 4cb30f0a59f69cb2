import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sayLeftOut, skip, skipIf } from "../support/skip.js";
import { writeZip, type FileToZip } from "./archive/writeZip.js";
import { runHandler, whyNotRunnable, type HandlerAnswer } from "./runner/runHandler.js";

const MINORS = ["3.10", "3.11", "3.12", "3.13", "3.14"];

const LOOK_AROUND = `
import errno, os, pathlib, sys

def handler(event, context):
    def importable(name):
        try:
            __import__(name)
            return True
        except ImportError:
            return False
    def writing(path):
        try:
            pathlib.Path(path, "x").write_text("x")
            return "works"
        except OSError as error:
            return errno.errorcode[error.errno]
    return {
        "event": event,
        "path": sys.path,
        "uid": os.getuid(),
        "cwd": os.getcwd(),
        "writing": {p: writing(p) for p in ("/", "/var/task", "/opt", "/var/runtime", "/var/lang", "/tmp")},
        "importable": [n for n in ("pip", "setuptools", "yaml", "ministack", "boto3") if importable(n)],
        "function": context.function_name,
        "env": {k: os.environ.get(k) for k in ("COLOUR", "_HANDLER", "LAMBDA_TASK_ROOT", "HOME", "PULUMI_HOME")},
    }
`;

describe("runner", function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "uvlambda-test-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function archive(name: string, files: readonly FileToZip[]): string {
    const path = join(folder, name);
    writeFileSync(path, writeZip(files));
    return path;
  }

  async function run(source: string, more: Partial<Parameters<typeof runHandler>[0]> = {}): Promise<HandlerAnswer> {
    const code = archive(`code-${source.length}.zip`, [{ name: "app.py", content: source }]);
    return runHandler({ archives: [code], handler: "app.handler", pythonMinor: "3.11", ...more });
  }

  for (const minor of MINORS) {
    it(`calls a handler with python${minor} as Lambda would`, async function () {
      skipIf(this, whyNotRunnable(minor));
      const answer = await run(LOOK_AROUND, { pythonMinor: minor, event: { a: "ü" }, env: { COLOUR: "red" } });
      assert.equal(answer.functionError, undefined, answer.payload + answer.log);
      const seen = answer.value as Record<string, unknown>;
      assert.deepEqual(seen["event"], { a: "ü" });
      assert.deepEqual((seen["path"] as string[]).slice(0, 4), [
        "/var/task",
        `/opt/python/lib/python${minor}/site-packages`,
        "/opt/python",
        "/var/runtime",
      ]);
      const readOnly = Object.fromEntries(
        ["/", "/var/task", "/opt", "/var/runtime", "/var/lang"].map((path) => [path, "EROFS"]),
      );
      assert.deepEqual(seen["writing"], { ...readOnly, "/tmp": "works" });
      assert.deepEqual(seen["importable"], []);
      assert.equal(seen["cwd"], "/var/task");
      assert.deepEqual(seen["env"], {
        COLOUR: "red",
        _HANDLER: "app.handler",
        LAMBDA_TASK_ROOT: "/var/task",
        HOME: null,
        PULUMI_HOME: null,
      });
      if (process.getuid?.() === 0) assert.notEqual(seen["uid"], 0);
      else sayLeftOut("the function's user: only root can take another one");
    });
  }

  it("lets the function's own code win over layers, and later layers over earlier ones", async function () {
    skipIf(this, whyNotRunnable("3.11"));
    const layer = (name: string, value: string): string =>
      archive(`${name}.zip`, [
        { name: "python/shared.py", content: `value = "${value}"\n` },
        { name: "python/app.py", content: "raise Exception('the layer shadows the code')\n" },
      ]);
    const answer = await run("import shared\ndef handler(e, c): return shared.value\n", {
      layers: [layer("first", "first"), layer("second", "second")],
    });
    assert.equal(answer.value, "second");
  });

  it("keeps an unreadable file unreadable", async function () {
    skipIf(this, whyNotRunnable("3.11"));
    if (process.getuid?.() !== 0) skip(this, "only root can run the function as another user than the files' owner");
    const code = archive("modes.zip", [{ name: "app.py", content: "def handler(e, c): return 1\n", mode: 0o100600 }]);
    const answer = await runHandler({ archives: [code], handler: "app.handler", pythonMinor: "3.11" });
    assert.equal((answer.value as { errorType: string }).errorType, "PermissionError");
  });

  const failures: [string, string, string, RegExp][] = [
    [
      "missing module",
      "import nothing_here\ndef handler(e, c): pass\n",
      "Runtime.ImportModuleError",
      /No module named 'nothing_here'/,
    ],
    ["missing handler", "x = 1\n", "Runtime.HandlerNotFound", /Handler 'handler' missing on module 'app'/],
    ["syntax error", "def handler(e, c:\n", "Runtime.UserCodeSyntaxError", /Syntax error in module 'app'/],
    ["exception", "def handler(e, c): raise ValueError('no')\n", "ValueError", /^no$/],
    ["exit", "import os\ndef handler(e, c): os._exit(3)\n", "Runtime.ExitError", /exit status 3/],
    [
      "timeout",
      "import time\ndef handler(e, c): time.sleep(30)\n",
      "Sandbox.Timedout",
      /timed out after 1\.00 seconds/,
    ],
  ];
  for (const [name, source, errorType, message] of failures) {
    it(`reports a ${name} as Lambda does`, async function () {
      skipIf(this, whyNotRunnable("3.11"));
      const answer = await run(source, { timeout: 1 });
      assert.equal(answer.functionError, "Unhandled");
      const error = answer.value as { errorType: string; errorMessage: string };
      assert.equal(error.errorType, errorType);
      assert.match(error.errorMessage, message);
    });
  }

  it("returns what the function printed", async function () {
    skipIf(this, whyNotRunnable("3.11"));
    const answer = await run("print('starting')\ndef handler(e, c): print('called')\n");
    assert.match(answer.log, /starting[\s\S]*called/);
  });
});
