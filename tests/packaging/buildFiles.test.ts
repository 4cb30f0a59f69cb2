import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { UvLambdaError } from "../../provider/lib/errors.js";
import { contentOf, shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";

/** A package that gets files from outside its modules, by its build files. Three backends, the same content. */
const scattered: Fixture = {
  name: "scattered",
  files: {
    "project/pyproject.toml":
      '[tool.uv.workspace]\nmembers = ["app", "plain", "plain/libs/shared", "deep/hooked", "setup"]\n',
    "project/app/pyproject.toml": pyproject({ name: "app", members: ["plain", "hooked", "setup"] }),
    "project/app/handler.py": "def handler(event, context):\n    return 1\n",
    "project/bases/api/__init__.py": 'NAME = "api"\n',
    "project/plain/pyproject.toml": pyproject({
      name: "plain",
      backend: "hatchling",
      more: [
        "[tool.hatch.build.targets.wheel]",
        'packages = ["src/plain", "libs/shared/src/shared"]',
        'force-include = { "build/generated.py" = "plain/generated.py", "dist" = "plain/static" }',
      ].join("\n"),
    }),
    "project/plain/src/plain/__init__.py": "",
    "project/plain/src/plain/template/Pulumi.yaml": "name: template\n",
    "project/plain/build/generated.py": "X = 1\n",
    "project/plain/dist/app.js": "1\n",
    "project/plain/libs/shared/pyproject.toml": pyproject({ name: "shared", backend: "uv_build" }),
    "project/plain/libs/shared/src/shared/__init__.py": "",
    "project/deep/hooked/pyproject.toml": pyproject({
      name: "hooked",
      backend: "hatchling",
      more: [
        "[tool.hatch.build.targets.wheel]",
        'packages = ["src/hooked"]',
        'force-include = { "../../bases/api" = "hooked/api" }',
        "[tool.hatch.build.hooks.custom]",
      ].join("\n"),
    }),
    "project/deep/hooked/hatch_build.py": [
      "from pathlib import Path",
      "from hatchling.builders.hooks.plugin.interface import BuildHookInterface",
      "class Hook(BuildHookInterface):",
      "    def initialize(self, version, build_data):",
      '        Path(self.root, "src/hooked/made.py").write_text("MADE = 1\\n")',
      "",
    ].join("\n"),
    "project/deep/hooked/src/hooked/__init__.py": "",
    "project/setup/pyproject.toml": pyproject({
      name: "setup",
      backend: "setuptools",
      more: '[tool.setuptools]\npackages = ["setup_api"]\npackage-dir = { setup_api = "../bases/api" }\n',
    }),
  },
  cases: [],
};

describe("what build files name outside of a package's modules", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let project: string;
  let folder: string;
  useBench(scattered, (...opened) => ([bench, folder] = opened));
  before(() => (project = path.join(folder, "project")));

  it("ships, and leaves the source alone", async () => {
    assert.deepEqual(shippedPaths(await bench.build(folder, { project: "project/app" })), [
      "handler.py",
      "hooked/__init__.py",
      "hooked/api/__init__.py",
      "hooked/made.py",
      "plain/__init__.py",
      "plain/generated.py",
      "plain/static/app.js",
      "plain/template/Pulumi.yaml",
      "setup_api/__init__.py",
      "shared/__init__.py",
    ]);
    assert.deepEqual(fs.readdirSync(path.join(project, "deep/hooked/src/hooked")), ["__init__.py"]);
    assert.deepEqual(fs.readdirSync(path.join(project, "setup")), ["pyproject.toml"]);
  });

  it("ships with an edit", async () => {
    const edits: Readonly<Record<string, readonly string[]>> = {
      "bases/api/__init__.py": ["hooked/api/__init__.py", "setup_api/__init__.py"],
      "plain/build/generated.py": ["plain/generated.py"],
      "plain/dist/app.js": ["plain/static/app.js"],
      "plain/libs/shared/src/shared/__init__.py": ["shared/__init__.py"],
      "plain/src/plain/template/Pulumi.yaml": ["plain/template/Pulumi.yaml"],
    };
    for (const file of Object.keys(edits)) fs.appendFileSync(path.join(project, file), "# edited\n");
    const content = contentOf(await bench.build(folder, { project: "project/app" }));
    for (const shipped of Object.values(edits).flat()) assert.match(String(content.get(shipped)), /# edited/, shipped);
  });

  it("is what an error names, not the copy that was built", async () => {
    const hook = path.join(project, "deep/hooked/hatch_build.py");
    fs.appendFileSync(hook, 'raise RuntimeError("broken hook")\n');
    await assert.rejects(bench.build(folder, { project: "project/app" }), (error: UvLambdaError) => {
      assert.equal(error.code, "LOCAL_BUILD_FAILED");
      const text = `${error.message}\n${error.hint}`;
      assert.ok(text.includes("broken hook") && text.includes(hook), text);
      assert.ok(text.includes(`uv build --wheel ${path.dirname(hook)}`), text);
      assert.doesNotMatch(text, /\.temporary|source\/deep/);
      return true;
    });
  });
});
