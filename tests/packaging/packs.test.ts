import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";

const fixture: Fixture = {
  name: "packs",
  wheels: ["1.0", "1.1"].flatMap((version) => [
    { name: "first-lib", version, files: { "first_lib.py": `VERSION = "${version}"\n` } },
    { name: "second-lib", version, files: { "second_lib.py": `VERSION = "${version}"\n` } },
  ]),
  files: {
    "project/pyproject.toml": pyproject({ name: "api", dependencies: ["first-lib==1.0", "second-lib==1.0"] }),
    "project/handler.py": "def handler(event, context):\n    return 1\n",
  },
  cases: [],
};

describe("packs of distributions", () => {
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());
  const packs = (cacheDir: string) => fs.readdirSync(path.join(cacheDir, "v1", "distribution")).length;

  it("a bump makes one pack more, and the bytes of a build from nothing", async () => {
    const folder = await bench.prepare(fixture);
    const cacheDir = bench.fresh("store");
    await bench.build(folder, { project: "project" }, { cacheDir });
    assert.equal(packs(cacheDir), 2);
    const toml = path.join(folder, "project/pyproject.toml");
    fs.writeFileSync(toml, fs.readFileSync(toml, "utf8").replace("second-lib==1.0", "second-lib==1.1"));
    await bench.lock(path.join(folder, "project"));
    const bumped = await bench.build(folder, { project: "project" }, { cacheDir });
    assert.equal(packs(cacheDir), 3);
    const fresh = await bench.build(folder, { project: "project" }, { cacheDir: bench.fresh("other"), concurrency: 1 });
    assert.deepEqual(bumped.files, fresh.files);
    assert.equal(bumped.packages["second-lib"], "1.1");
  });
});
