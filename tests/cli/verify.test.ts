import assert from "node:assert/strict";
import * as fs from "node:fs";
import { CliBench } from "../support/cli.js";

const target = ["--runtime", "python3.13"];

/** A project's own build backend. Its wheel contains the value of the Python expression `stamp`. */
function backend(stamp: string): string {
  return `
import base64, hashlib, os, random, time, zipfile

def _wheel(folder):
    files = {"pkg/__init__.py": "STAMP = " + repr(${stamp}) + "\\n", "pkg/main.py": "def handler(event, context):\\n    return event\\n"}
    info = "app-0.1.0.dist-info"
    files[info + "/METADATA"] = "Metadata-Version: 2.1\\nName: app\\nVersion: 0.1.0\\n"
    files[info + "/WHEEL"] = "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    record = "".join(f"{n},sha256={digest(t)},{len(t)}\\n" for n, t in files.items()) + info + "/RECORD,,\\n"
    name = "app-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as z:
        for n, t in {**files, info + "/RECORD": record}.items():
            z.writestr(n, t)
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder)

def get_requires_for_build_wheel(settings=None):
    return []
`;
}

describe("uvlambda build --verify", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(function () {
    bench = CliBench.openOrSkip(this);
  });
  after(() => bench?.remove());

  async function packaged(name: string, stamp: string): Promise<string> {
    const more = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';
    return bench.project(name, { more, files: { "backend.py": backend(stamp) } });
  }

  it("builds everything again, also on a hit, and says that the bytes are the same", async () => {
    const project = await packaged("steady", '"always"');
    const args = ["--project", project, ...target, "--handler", "pkg.main.handler"];
    const { code, stderr } = await bench.build(args);
    assert.equal(code, 0, stderr);
    const verified = await bench.build([...args, "--verify"]);
    assert.equal(verified.code, 0, verified.stderr);
    assert.equal(verified.output.verified, true);
    assert.equal(verified.output.cacheHit, true);
    assert.ok(verified.output.uvProcesses > 0, "the second build must be a real one");
    assert.deepEqual(fs.readdirSync(bench.at("tmp")), [], "nothing stays in the temporary folder");
  });

  it("fails with NOT_REPRODUCIBLE and the names of the files that differ", async () => {
    const project = await packaged("moody", "str(random.SystemRandom().random())");
    const { code, output } = await bench.build([
      "--project",
      project,
      ...target,
      "--handler",
      "pkg.main.handler",
      "--verify",
    ]);
    const error = output.error ?? assert.fail("it was not refused");
    assert.equal(error.code, "NOT_REPRODUCIBLE");
    assert.equal(code, 1);
    assert.match(error.message, /^ {2}pkg\/__init__\.py$/m);
    assert.doesNotMatch(error.message, /main\.py/);
    assert.deepEqual(fs.readdirSync(bench.at("tmp")), []);
  });
});
