import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedValue } from "../support/proposals.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Files, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

const opening = (...names: string[]) =>
  `from pathlib import Path\n\nROOT = Path(__file__).parent\n\n\ndef handler(event, context):\n    return [${names.map((name) => `(ROOT / "${name}").read_text()`).join(", ")}]\n`;

interface Scenario {
  readonly name: string;
  readonly files: Files;
  readonly wanted: Partial<Wanted>;
  /** Follows the warning: changes files, or returns other inputs. */
  readonly follow: (warning: string, folder: string) => Partial<Wanted>;
  readonly answer: readonly string[];
}

/** Adds `[tool.setuptools.package-data]` to each file that the warning names. */
function withPackageData(warning: string): Partial<Wanted> {
  const settings = [...warning.matchAll(/set `(\[tool\.setuptools\.package-data\]) ([^`]+)` in (\S+pyproject\.toml)/g)];
  assert.ok(settings.length > 0, warning);
  for (const [, table = "", line = "", file = ""] of settings) fs.appendFileSync(file, `\n${table}\n${line}\n`);
  return {};
}

const scenarios: readonly Scenario[] = [
  {
    name: "a prompt and a template that the defaults leave out: `include`",
    files: {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/handler.py": opening("prompt.md", "template.yaml"),
      "project/prompt.md": "a",
      "project/template.yaml": "b",
      "project/CHANGES.md": "nobody reads it",
    },
    wanted: { include: ["Makefile"] },
    follow: (warning) => ({ include: proposedValue<string[]>(warning, "include") }),
    answer: ["a", "b"],
  },
  {
    name: "a file that `onlyInclude` does not name",
    files: {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/handler.py": opening("data/table[1].csv"),
      "project/data/table[1].csv": "a",
    },
    wanted: { onlyInclude: ["handler.py"] },
    follow: (warning) => ({ onlyInclude: proposedValue<string[]>(warning, "onlyInclude") }),
    answer: ["a"],
  },
  {
    name: "package data of which setuptools is not told, in a project and in a path dependency",
    files: {
      "project/pyproject.toml": pyproject({
        name: "app",
        dependencies: ["shared"],
        backend: "setuptools",
        more: '[tool.uv.sources]\nshared = { path = "../shared" }\n',
      }),
      "project/src/app/__init__.py": "",
      "project/src/app/main.py": `import shared\n${opening("prompts/a.md", "b.json").replace("]\n", ", shared.read()]\n")}`,
      "project/src/app/prompts/a.md": "a",
      "project/src/app/b.json": "b",
      "shared/pyproject.toml": pyproject({ name: "shared", backend: "setuptools" }),
      "shared/shared/__init__.py":
        'import os\nHERE = os.path.dirname(__file__)\ndef read(): return open(os.path.join(HERE, "c.txt")).read()\n',
      "shared/shared/c.txt": "c",
    },
    wanted: { handler: "app.main.handler" },
    follow: withPackageData,
    answer: ["a", "b", "c"],
  },
  {
    name: "a file that hatchling leaves out because git ignores it: `copyFiles`",
    files: {
      "project/.gitignore": "*.json\n",
      "project/pyproject.toml": pyproject({ name: "app", backend: "hatchling" }),
      "project/src/app/__init__.py": "",
      "project/src/app/main.py": opening("made.json"),
      "project/src/app/made.json": "a",
    },
    wanted: { handler: "app.main.handler" },
    follow: (warning) => {
      const copyFiles = proposedValue<{ from: string; to: string }[]>(warning, "copyFiles");
      assert.deepEqual(
        copyFiles.map(({ from }) => from),
        ["project/src/app/made.json"],
      );
      return { copyFiles };
    },
    answer: ["a"],
  },
  {
    name: "a file at the top of a project whose modules are below src: `copyFiles`",
    files: {
      "project/pyproject.toml": pyproject({ name: "app", backend: "hatchling" }),
      "project/src/app/__init__.py": "",
      "project/src/app/main.py": 'def handler(event, context):\n    return [open("settings/a.json").read()]\n',
      "project/settings/a.json": "a",
    },
    wanted: { handler: "app.main.handler" },
    follow: (warning) => ({ copyFiles: proposedValue<{ from: string; to: string }[]>(warning, "copyFiles") }),
    answer: ["a"],
  },
];

describe("files of the project that code opens, and that do not ship", function () {
  this.timeout(240_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  const about = () => bench.messages.splice(0).filter((message) => message.includes("seems to open files"));

  for (const { name, files, wanted, follow, answer } of scenarios)
    it(`${name}: the warning says what makes it work, from the store too`, async () => {
      const folder = await bench.prepare({ name: "files", files, cases: [] });
      const asked = { project: "project", ...wanted };
      await bench.build(folder, asked);
      const [warning = assert.fail("no warning")] = about();
      await bench.build(folder, asked);
      assert.deepEqual(about(), [warning]);
      const followed = { ...asked, ...follow(warning, folder) };
      const artifact = await bench.build(folder, followed);
      assert.deepEqual(about(), []);
      if (!canCall("3.11")) return;
      const handler = followed.handler ?? "handler.handler";
      assert.deepEqual((await callHandler(artifact, { handler, minor: "3.11" })).value, answer);
    });

  it("are not proposed where they hold a private key", async () => {
    const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/handler.py": opening("private.pem"),
      "project/private.pem": key,
    };
    const folder = await bench.prepare({ name: "key", files, cases: [] });
    await bench.build(folder, { project: "project" });
    const [warning = assert.fail("no warning")] = about();
    assert.match(warning, /private\.pem from a store of secrets/);
    assert.doesNotMatch(warning, /include/);
  });

  it("are no warning where the user leaves them out, nothing imports the module, or the check is off", async () => {
    const files = {
      "project/pyproject.toml": pyproject({ name: "app" }),
      "project/handler.py": opening("data/a.json"),
      "project/data/a.json": "a",
      "project/release.py": opening("README.md"),
      "project/README.md": "b",
    };
    const folder = await bench.prepare({ name: "silent", files, cases: [] });
    await bench.build(folder, { project: "project" });
    await bench.build(folder, { project: "project", exclude: ["data/**"] });
    assert.deepEqual(about(), []);
    fs.renameSync(path.join(folder, "project/data/a.json"), path.join(folder, "project/data/README.json"));
    fs.writeFileSync(path.join(folder, "project/handler.py"), opening("data/README.json"));
    assert.ok(!shippedPaths(await bench.build(folder, { project: "project" })).includes("data/README.json"));
    assert.equal(about().length, 1);
    await bench.build(folder, {
      project: "project",
      checks: { handler: "off", binaries: "error", collisions: "error", sizes: "error" },
    });
    assert.deepEqual(about(), []);
  });
});
