import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { silent } from "../../provider/lib/log.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { openedDuring, settled } from "../support/openedFiles.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, requestFor, type Fixture } from "./support/fixture.js";

const fixture: Fixture = {
  name: "once",
  wheels: [{ name: "alpha" }, { name: "beta" }],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      dependencies: ["alpha", "beta"],
      members: ["lib"],
      more: '[tool.uv.workspace]\nmembers = ["lib"]',
    }),
    "project/handler.py": "import lib\ndef handler(event, context): return 1\n",
    "project/other.py": "def handler(event, context): return 2\n",
    "project/lib/pyproject.toml": pyproject({ name: "lib", backend: "uv_build" }),
    "project/lib/src/lib/__init__.py": "",
  },
  cases: [],
};

describe("what a build reads", function () {
  this.timeout(60_000);
  let bench: PackagingBench;
  let folder: string;
  const build = () => bench.build(folder, { project: "project" });
  useBench(fixture, (...opened) => ([bench, folder] = opened));
  before(build);

  const edit = (file: string) => fs.appendFileSync(path.join(folder, "project", file), "# edited\n");
  /** How often files with that name are opened. */
  const opens = async (name: string | RegExp, work: () => Promise<unknown>) => {
    const opened = Object.entries(await openedDuring(bench.folder, work));
    const found = opened.filter(([file]) =>
      typeof name === "string" ? path.basename(file) === name : name.test(file),
    );
    return found.map(([, count]) => count).sort();
  };

  it("is the list of what ships, once if nothing changed", async () => {
    assert.deepEqual(await opens("tree.json", build), [1]);
  });

  it("is no list that it has written itself", async () => {
    edit("handler.py");
    edit("lib/src/lib/__init__.py");
    const written = /(artifact|ownpack|localpack).*(tree|files)\.json$/;
    assert.deepEqual(await opens(written, build), []);
  });

  it("is the list of a package, once for all functions", async () => {
    edit("handler.py");
    const packager = createPackager(bench.settings());
    const lists = await opens(/distribution.*files\.json$/, async () => {
      for (const handler of ["handler", "other"]) {
        const wanted = { project: "project", onlyInclude: [`${handler}.py`], handler: `${handler}.handler` };
        await packager.package(requestFor(folder, wanted), { reporter: silent });
      }
    });
    packager.cancel();
    assert.deepEqual(lists, [1, 1]);
  });

  it("is the wheel of a local package, once", async () => {
    edit("lib/src/lib/__init__.py");
    assert.deepEqual(await opens(/wheels.any.lib-.*\.whl$/, build), [1]);
  });

  it("is a file of the project or of a local package, once", async () => {
    const edited = ["pyproject.toml", "lib/pyproject.toml", "lib/src/lib/__init__.py"];
    for (const file of edited) edit(file);
    const files = [...edited, "uv.lock"].map((file) => path.join(folder, "project", file));
    fs.utimesSync(path.join(folder, "project", "uv.lock"), new Date(), new Date());
    await settled(...files);
    const opened = await openedDuring(folder, build);
    const counts = files.map((file) => opened[path.relative(folder, file)] ?? 0);
    assert.deepEqual(counts, [1, 1, 1, 1]);
    const again = await openedDuring(folder, build);
    assert.deepEqual(
      Object.keys(again).filter((file) => files.includes(path.join(folder, file))),
      [],
    );
  });

  it("is no archive, for the modules that the checks look into", async () => {
    edit("handler.py");
    edit("lib/src/lib/__init__.py");
    assert.deepEqual(await opens("code.zip", build), []);
  });

  it("is what a wheel says about its package, once", async () => {
    const cacheDir = bench.fresh("store");
    const inCache = path.relative(bench.folder, cacheDir);
    const opened = await openedDuring(bench.folder, () => bench.build(folder, { project: "project" }, { cacheDir }));
    const installed = Object.entries(opened).filter(([file]) => file.startsWith(inCache) && /METADATA$/.test(file));
    assert.deepEqual(
      installed.map(([, count]) => count),
      [1, 1],
    );
  });
});
