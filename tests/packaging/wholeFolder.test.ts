import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { openedDuring } from "../support/openedFiles.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Files, type Wanted } from "./support/fixture.js";

const hatch = (settings: string) => `[tool.hatch.build.targets.wheel]\n${settings}\n`;

/** The files of many functions: code at the top, a Pulumi program inside, and what tools leave there. */
const files = (settings: string): Files => ({
  "project/pyproject.toml": pyproject({ name: "app", backend: "hatchling", more: hatch(settings) }),
  "project/handler.py": "import helper\ndef handler(event, context): return 1\n",
  "project/helper.py": "",
  "project/README.md": "one",
  "project/Makefile": "one",
  "project/tests/__init__.py": "",
  "project/.vscode/settings.json": "one",
  "project/node_modules/left.js": "one",
  "project/infra/Pulumi.yaml": "name: one",
  "project/infra/index.ts": "one",
  "project/infra/.uvlambda/one.zip": "one",
  "project/other/index.ts": "one",
  "project/out/.uvlambda-out": "code.zip\n",
  "project/out/code.zip": "one",
  "project/job/__init__.py": "",
  "project/job/program/Pulumi.yaml": "name: job",
});

const edited = ["infra/index.ts", "infra/.uvlambda/one.zip", ".vscode/settings.json", "out/code.zip", "other/index.ts"];

describe("a wheel of the whole folder", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  const build = (folder: string, wanted: Partial<Wanted> = {}) =>
    bench.build(folder, { project: "project", excludedFolders: ["project/other"], ...wanted });
  const ships = async (folder: string, wanted: Partial<Wanted> = {}) =>
    shippedPaths(await build(folder, wanted)).filter((file) => !file.includes(".dist-info/"));
  const append = (folder: string, name: string) => fs.appendFileSync(path.join(folder, "project", name), "# two\n");

  it("has what an application would ship, and edits of the rest change nothing", async () => {
    const folder = await bench.prepare({ name: "whole", files: files('packages = ["."]'), cases: [] });
    assert.deepEqual(await ships(folder), ["handler.py", "helper.py", "job/__init__.py"]);
    const { outputHash } = await build(folder);
    for (const name of [...edited, "README.md", "Makefile", "tests/__init__.py", "uv.lock"]) append(folder, name);
    assert.equal((await build(folder)).outputHash, outputHash);
    assert.deepEqual(await ships(folder, { include: ["README.md"] }), [
      "README.md",
      "handler.py",
      "helper.py",
      "job/__init__.py",
    ]);
    assert.deepEqual(bench.messages, []);
  });

  it("is built again for a program in another folder, whose files it then has or has not", async () => {
    const folder = await bench.prepare({ name: "programs", files: files('packages = ["."]'), cases: [] });
    const hasProgram = async (excludedFolders: string[]) =>
      (await ships(folder, { excludedFolders })).includes("other/index.ts");
    assert.deepEqual(
      [await hasProgram([]), await hasProgram(["project/other"]), await hasProgram([])],
      [...[true, false, true]],
    );
  });

  it("brings code back that the defaults leave out, as a warning says", async () => {
    const folder = await bench.prepare({ name: "test", files: files('packages = ["."]'), cases: [] });
    writeInto(folder, { "project/helper.py": "import speed_test\n", "project/speed_test.py": "" });
    assert.ok(!(await ships(folder)).includes("speed_test.py"));
    assert.match(
      bench.messages.splice(0).join("\n"),
      /helper\.py imports speed_test[^]*include: \["\/speed_test\.py"\]/,
    );
    assert.ok((await ships(folder, { include: ["/speed_test.py"] })).includes("speed_test.py"));
    assert.deepEqual(bench.messages, []);
  });

  it("is walked for its key, and once more when it is built, to notice changes", async () => {
    const folder = await bench.prepare({ name: "walked", files: files('packages = ["."]'), cases: [] });
    append(folder, "helper.py");
    const opened = await openedDuring(path.join(folder, "project"), () => build(folder));
    assert.equal(opened["tests"], 2);
  });

  it("keeps what was chosen, except the program's and what the key does not know", async () => {
    const chosen = 'packages = ["."]\nexclude = ["pyproject.toml"]';
    const folder = await bench.prepare({ name: "chosen", files: files(chosen), cases: [] });
    const modules = ["handler.py", "helper.py", "job/__init__.py", "job/program/Pulumi.yaml", "tests/__init__.py"];
    const kept = ["Makefile", "README.md", ...modules, "uv.lock"];
    assert.deepEqual(await ships(folder), kept);
    const { outputHash } = await build(folder);
    for (const name of edited) append(folder, name);
    const cacheDir = bench.fresh("store");
    const again = await bench.build(folder, { project: "project", excludedFolders: ["project/other"] }, { cacheDir });
    assert.equal(again.outputHash, outputHash);
    append(folder, "Makefile");
    assert.notEqual((await build(folder)).outputHash, outputHash);
  });
});
