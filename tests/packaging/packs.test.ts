import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, requestFor, type Fixture, type Wanted } from "./support/fixture.js";

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

  it("a bump adds one pack, and gives the bytes of a build from scratch", async () => {
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

  it("an image is links to its packs; its files are damaged together, and made again with the same bytes", async () => {
    const folder = await bench.prepare(fixture);
    const cacheDir = bench.fresh("store");
    const build = (settings: object = {}) =>
      bench.build(folder, { project: "project", packageFormat: "image" }, { cacheDir, ...settings });
    const first = await build();
    const file = path.join(first.folder, "context/dependencies/first_lib.py");
    const { ino, nlink, mode } = fs.statSync(file);
    assert.equal(nlink, 2);
    assert.equal(mode & 0o777, 0o644);
    const stored = fs.readdirSync(cacheDir, { recursive: true, encoding: "utf8" });
    const packed = stored.filter((name) => fs.statSync(path.join(cacheDir, name)).ino === ino);
    assert.deepEqual(packed.map((name) => name.split(path.sep)[1]).sort(), ["artifact", "distribution"]);

    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("1.0", "6.6"));
    const again = await build();
    assert.equal(again.cacheHit, false);
    assert.deepEqual(again.files, first.files);
    assert.equal(fs.readFileSync(file, "utf8"), 'VERSION = "1.0"\n');
    assert.equal(bench.messages.filter((text) => text.includes("does not have the bytes that were stored")).length, 2);
    const alone = await build({ cacheDir: bench.fresh("alone"), concurrency: 1 });
    assert.deepEqual(alone.files, first.files);
  });

  it("functions with the same packages install them once; the other one waits and says for which function", async () => {
    const folder = await bench.prepare(fixture);
    fs.writeFileSync(path.join(folder, "project/other.py"), "def handler(event, context):\n    return 2\n");
    const packager = createPackager(bench.settings({ cacheDir: bench.fresh("store") }));
    const messages: Record<string, string[]> = { api: [], worker: [] };
    const build = (name: string, wanted: Wanted) => {
      const reporter = { progress: (line: string) => void messages[name]!.push(line), warn: () => {} };
      return packager.package(requestFor(folder, wanted), { name, reporter });
    };
    // One of the two functions installs. Which one is not known before.
    await Promise.all([
      build("api", { project: "project" }),
      build("worker", { project: "project", handler: "other.handler", exclude: ["handler.py"] }),
    ]);
    packager.cancel();
    const installs = Object.keys(messages).filter((name) =>
      messages[name]!.some((line) => line.startsWith("Installing")),
    );
    const [holder] = installs;
    assert.equal(installs.length, 1);
    const other = holder === "api" ? "worker" : "api";
    assert.ok(messages[other]!.includes(`Waiting for ${holder}'s installation`), JSON.stringify(messages));
  });
});
