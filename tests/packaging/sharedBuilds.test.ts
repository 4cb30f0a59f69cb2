import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { refused } from "../support/refused.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, requestFor, type Fixture, type Wanted } from "./support/fixture.js";

/** A layer brings another `kit` than the lock, which is worth a warning. */
const app: Fixture = {
  name: "app",
  wheels: [{ name: "kit" }],
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["kit"] }),
    "project/handler.py": "def handler(event, context):\n    return 1\n\ndef other(event, context):\n    return 2\n",
  },
  cases: [],
};
const provided = [{ name: "kit", version: "0.1", otherVersion: "warning", property: "provided" }] as const;

describe("equal builds of one process", function () {
  this.timeout(120_000);
  let bench: PackagingBench;

  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  /** A packager, and what its functions are warned of. */
  async function opened() {
    const folder = await bench.prepare(app);
    const packager = createPackager(bench.settings({ cacheDir: bench.fresh("store") }));
    const warnings: Record<string, string[]> = {};
    const build = (name: string, wanted: Omit<Wanted, "project">) => {
      const heard = (warnings[name] = [] as string[]);
      const reporter = { progress: () => {}, warn: (line: string) => void heard.push(line) };
      return packager.package(requestFor(folder, { project: "project", provided, ...wanted }), { name, reporter });
    };
    return { folder, packager, warnings, build };
  }

  it("are one build, whatever their handlers: the second reads nothing of the project", async () => {
    const { folder, packager, build, warnings } = await opened();
    const first = await build("api", { handler: "handler.handler" });
    fs.rmSync(path.join(folder, "project"), { recursive: true });
    const second = await build("worker", { handler: "handler.other" });
    assert.equal(second.outputHash, first.outputHash);
    assert.equal(warnings["api"]!.length, 1);
    assert.deepEqual(warnings["worker"], warnings["api"]);
    // Another request reads it, and finds nothing.
    await assert.rejects(build("else", { handler: "handler.other", exclude: ["*.md"] }), /ENOENT/);
    packager.cancel();
  });

  it("have their handlers checked one by one", async () => {
    const { packager, build } = await opened();
    const [good, bad] = await Promise.allSettled([
      build("api", { handler: "handler.handler" }),
      build("worker", { handler: "handler.missing" }),
    ]);
    assert.equal(good.status, "fulfilled");
    assert.match(String(bad.status === "rejected" && bad.reason), /defines no "missing"/);
    packager.cancel();
  });

  it("are checked once for each handler, and each function hears what was found", async () => {
    const { folder, packager, build, warnings } = await opened();
    fs.appendFileSync(path.join(folder, "project/handler.py"), "import absent\n");
    const first = await build("api", { handler: "handler.handler" });
    fs.rmSync(first.folder, { recursive: true });
    await build("again", { handler: "handler.handler" });
    await build("worker", { handler: "handler.other" });
    assert.equal(warnings["api"]!.filter((line) => line.includes("absent")).length, 1);
    assert.deepEqual([...warnings["again"]!].sort(), [...warnings["api"]!].sort());
    assert.deepEqual([...warnings["worker"]!].sort(), [...warnings["api"]!].sort());
    packager.cancel();
  });

  it("are tried again after a failure", async () => {
    const { folder, packager, build } = await opened();
    const lock = path.join(folder, "project/uv.lock");
    fs.renameSync(lock, `${lock}.away`);
    await refused(build("api", { handler: "handler.handler" }), "LOCK_MISSING", /uv\.lock/);
    fs.renameSync(`${lock}.away`, lock);
    assert.ok((await build("api", { handler: "handler.handler" })).outputHash);
    packager.cancel();
  });
});
