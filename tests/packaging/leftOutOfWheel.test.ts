import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { proposedCode } from "../support/proposals.js";
import { refused } from "../support/refused.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Files } from "./support/fixture.js";

const generated = {
  "src/app/__init__.py": "",
  "src/app/gen_pb2.py": "value = 1\n",
  "src/app/inner/__init__.py": "",
  "src/app/inner/more_pb2.py": "value = 2\n",
  "src/app/main.py":
    "from app import gen_pb2\nfrom app.inner.more_pb2 import value\n\n\ndef handler(event, context):\n    return gen_pb2.value + value\n",
};
const ignored = { ".gitignore": "*_pb2.py\n" };
const both = ["app/gen_pb2.py", "app/inner/more_pb2.py"];
const inner = ["app/inner/__init__.py", "app/inner/more_pb2.py"];

/** What leaves files of a package out of its wheel, and the files. */
const scenarios: Readonly<Record<string, { backend: string; more?: string; files?: Files; lacks: readonly string[] }>> =
  {
    "hatchling, by .gitignore": { backend: "hatchling", files: ignored, lacks: both },
    "hatchling, by .gitignore, with artifacts of its own": {
      backend: "hatchling",
      more: '[tool.hatch.build]\nartifacts = ["/src/app/gen_pb2.py"]\n',
      files: ignored,
      lacks: [both[1]!],
    },
    "hatchling, by its exclude": {
      backend: "hatchling",
      more: '[tool.hatch.build.targets.wheel]\nexclude = ["src/app/inner"]\npackages = ["src/app"]\n',
      lacks: inner,
    },
    "setuptools, by a list of packages": {
      backend: "setuptools",
      more: '[tool.setuptools]\npackages = ["app"]\npackage-dir = { "" = "src" }\n',
      lacks: inner,
    },
    "setuptools, by what it finds": {
      backend: "setuptools",
      more: '[tool.setuptools.packages.find]\nwhere = ["src"]\ninclude = ["app"]\n',
      lacks: inner,
    },
    "setuptools, by an exclude": {
      backend: "setuptools",
      more: '[tool.setuptools.packages.find]\nwhere = ["src"]\nexclude = ["x", "app.inn*"]\n',
      lacks: inner,
    },
    "uv_build, by wheel-exclude": {
      backend: "uv_build",
      more: '[tool.uv.build-backend]\nwheel-exclude = ["x", "*_pb2.py"]\n',
      lacks: both,
    },
    "uv_build, by source-exclude": {
      backend: "uv_build",
      more: '[tool.uv.build-backend]\nsource-exclude = ["src/app/inner"]\n',
      lacks: inner,
    },
  };

describe("modules that a wheel leaves out", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  async function build(folder: string, handler = "app.main.handler") {
    bench.messages.length = 0;
    const artifact = await bench.build(folder, { project: "project", handler });
    const warning = bench.messages.filter((one) => one.startsWith("The handler's module imports")).join();
    return { shipped: shippedPaths(artifact), warning };
  }

  /** Sets `[table] key = value` of the text in that pyproject.toml. */
  async function follow(text: string, root: string, name = "pyproject.toml"): Promise<void> {
    const [, table = "", line = ""] =
      proposedCode(text)
        .map((code) => /^(\[tool\.[\w.-]+\]) (.*)$/.exec(code))
        .find((found) => found !== null) ?? assert.fail(text);
    assert.ok(text.includes(`in ${name}`), text);
    const file = path.join(root, name);
    const key = line.slice(0, line.indexOf(" ="));
    const before = fs.readFileSync(file, "utf8").replace(new RegExp(`^${key} = .*\\n`, "m"), "");
    const isThere = before.includes(`${table}\n`);
    const after = isThere ? before.replace(`${table}\n`, `${table}\n${line}\n`) : `${before}\n${table}\n${line}\n`;
    fs.writeFileSync(file, after);
    await bench.lock(root);
  }

  const inProject = (files: Files) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`project/${name}`, text]));

  for (const [name, { backend, more = "", files = {}, lacks }] of Object.entries(scenarios)) {
    const project = { "pyproject.toml": pyproject({ name: "app", backend, more }), ...generated, ...files };

    it(`${name}: an import of them is a warning with the setting that works`, async () => {
      const folder = await bench.prepare({ name: "wheel", files: inProject(project), cases: [] });
      const { shipped, warning } = await build(folder);
      for (const file of lacks) assert.ok(!shipped.includes(file), file);
      assert.match(warning, /src\/app\/\S+\.py exists, but its build backend \(\S+\) does not put it into the wheel/);
      assert.doesNotMatch(warning, /correct the names|uv add/);
      await follow(warning, path.join(folder, "project"));
      const after = await build(folder);
      assert.equal(after.warning, "");
      for (const file of both) assert.ok(after.shipped.includes(file), file);
    });
  }

  it("a handler in one of them is an error with the setting that works", async () => {
    const answer = "def handler(event, context): return 1\n";
    for (const backend of ["hatchling", "uv_build"]) {
      const more = backend === "uv_build" ? scenarios["uv_build, by wheel-exclude"]!.more! : "";
      const files = { "pyproject.toml": pyproject({ name: "app", backend, more }), ...generated, ...ignored };
      const generatedHandler = { "src/app/inner/more_pb2.py": answer };
      const folder = await bench.prepare({
        name: "own",
        files: inProject({ ...files, ...generatedHandler }),
        cases: [],
      });
      const says = /src\/app\/inner\/more_pb2\.py is in the project, but its build backend/;
      const error = await refused(build(folder, "app.inner.more_pb2.handler"), "HANDLER_NOT_FOUND", says);
      await follow(error.hint ?? "", path.join(folder, "project"));
      await build(folder, "app.inner.more_pb2.handler");
    }
  });

  it("a package that imports one of them from itself is no circle of imports", async () => {
    const files = {
      "pyproject.toml": pyproject({ name: "app", backend: "hatchling" }),
      ...generated,
      ...ignored,
      "src/app/__init__.py": "from . import gen_pb2\nfrom app import gen_pb2 as other\n",
      "src/app/inner/more_pb2.py": "",
      "src/app/main.py": "def handler(event, context): return 1\n",
    };
    const folder = await bench.prepare({ name: "itself", files: inProject(files), cases: [] });
    const says = /app\/__init__\.py:1 imports "gen_pb2" from app\/__init__\.py[^]*no module app\.gen_pb2 ships/;
    const error = await refused(build(folder), "HANDLER_UNUSABLE", says);
    await follow(error.hint ?? "", path.join(folder, "project"));
    assert.equal((await build(folder)).warning, "");
  });

  it("those of a local package are named with its pyproject.toml", async () => {
    const files = {
      "project/pyproject.toml": pyproject({
        name: "root",
        members: ["app"],
        more: '[tool.uv.workspace]\nmembers = ["libs/app"]\n',
      }),
      "project/handler.py": "from app.gen_pb2 import value\n\n\ndef handler(event, context): return value\n",
      "project/libs/app/pyproject.toml": pyproject({ name: "app", backend: "hatchling" }),
      "project/libs/app/src/app/__init__.py": "",
      "project/libs/app/src/app/gen_pb2.py": "value = 1\n",
      "project/libs/app/.gitignore": "*_pb2.py\n",
    };
    const folder = await bench.prepare({ name: "member", files, cases: [] });
    const { warning } = await build(folder, "handler.handler");
    await follow(warning, path.join(folder, "project"), "libs/app/pyproject.toml");
    const after = await build(folder, "handler.handler");
    assert.equal(after.warning, "");
    assert.ok(after.shipped.includes("app/gen_pb2.py"));
  });
});
