import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { silent } from "../../provider/lib/log.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { projectFilesHash } from "../../provider/packaging/closure/projectFiles.js";
import { loadProject } from "../../provider/project/workspace.js";
import { openedDuring } from "../support/openedFiles.js";
import { openBench, type PackagingBench } from "./support/bench.js";
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
  before(async function () {
    bench = openBench(this);
    folder = await bench.prepare(fixture);
    await build();
  });
  after(() => bench?.remove());

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

  it("is a project file, once for the project, for what uv answers, and for uv's settings", async () => {
    const project = path.join("project", "pyproject.toml");
    const opened = await openedDuring(folder, build);
    assert.equal(opened[project], 3);
    const loaded = await loadProject({ project: path.join(folder, "project") });
    const once = await openedDuring(folder, () => projectFilesHash(loaded));
    assert.equal(once[project], 1);
    assert.deepEqual([...new Set(Object.values(once))], [1]);
  });
});
