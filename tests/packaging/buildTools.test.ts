import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { contentOf, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";

const table = (...lines: readonly string[]) => lines.join("\n");
const hatchPlugin = (name: string, module: string) => `[project.entry-points.hatch]\n${name} = "${module}"`;

/** Writes a module that shows the state of the plugin (HOOK) and of the package that the plugin uses (WORD). */
const plugin = `
from pathlib import Path
from hatchling.plugin import hookimpl
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from words import WORD

class Hook(BuildHookInterface):
    PLUGIN_NAME = "plug"

    def initialize(self, version, build_data):
        made = Path(self.root, "made.py")
        made.write_text("HOOK = 1\\n" + f"WORD = {WORD}\\n")
        build_data["force_include"][str(made)] = f"{self.metadata.core.name}/made.py"

@hookimpl
def hatch_register_build_hook():
    return Hook
`;

/**
 * A hatchling plugin that is a member, what it needs outside of the workspace, and the kinds of packages built with it.
 */
const tooled: Fixture = {
  name: "tooled",
  files: {
    "project/pyproject.toml": table(
      '[tool.uv.workspace]\nmembers = ["app", "plug", "packages/*"]',
      '[tool.uv.sources]\nplug = { workspace = true }\nwords = { path = "../words" }',
    ),
    "project/app/pyproject.toml": pyproject({ name: "app", members: ["inherits", "names", "versioned"] }),
    "project/app/handler.py": "def handler(event, context):\n    return 1\n",
    "project/plug/pyproject.toml": pyproject({
      name: "plug",
      backend: "hatchling",
      dependencies: ["words", "hatchling"],
      project: hatchPlugin("plug", "plug.hooks"),
    }),
    "project/plug/src/plug/__init__.py": "",
    "project/plug/src/plug/hooks.py": plugin,
    "words/pyproject.toml": pyproject({ name: "words", backend: "setuptools", more: "" }),
    "words/src/words/__init__.py": "WORD = 1\n",
    // The source is in the workspace's root.
    "project/packages/inherits/pyproject.toml": table(
      pyproject({ name: "inherits" }),
      '[build-system]\nrequires = ["hatchling", "plug"]\nbuild-backend = "hatchling.build"',
      "[tool.hatch.build.hooks.plug]",
    ),
    "project/packages/inherits/src/inherits/__init__.py": "",
    // A backend that is not known to leave the source alone.
    "project/packages/names/pyproject.toml": table(
      pyproject({ name: "names" }),
      '[build-system]\nrequires = ["setuptools", "words"]\nbuild-backend = "setuptools.build_meta"',
      '[tool.uv.sources]\nwords = { path = "../../../words" }',
    ),
    "project/packages/names/setup.py": table(
      "from pathlib import Path",
      "from setuptools import setup",
      "from words import WORD",
      'Path("src/names/made.py").write_text(f"WORD = {WORD}\\n")',
      "setup()\n",
    ),
    "project/packages/names/src/names/__init__.py": "",
    // Only its repository knows its version, so it is built in place, with whatever is in uv's cache.
    "project/packages/versioned/pyproject.toml": table(
      pyproject({ name: "versioned" }),
      '[build-system]\nrequires = ["setuptools", "words"]\nbuild-backend = "setuptools.build_meta"',
      '[tool.uv.sources]\nwords = { path = "../../../words" }',
      "[tool.setuptools_scm]",
    ),
    "project/packages/versioned/setup.py": table(
      "from setuptools import setup",
      "from words import WORD",
      'setup(entry_points={"words": [f"w{WORD} = versioned"]})\n',
    ),
    "project/packages/versioned/src/versioned/__init__.py": "",
  },
  cases: [],
};

describe("a build requirement that is a member or a path source itself", function () {
  this.timeout(180_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(tooled, (...opened) => ([bench, folder] = opened));

  const edit = (file: string, from: string, to: string) => {
    const text = fs.readFileSync(path.join(folder, file), "utf8");
    assert.ok(text.includes(from), `${file} does not say ${from}`);
    fs.writeFileSync(path.join(folder, file), text.replace(from, to));
  };
  const made = async () => {
    const content = contentOf(await bench.build(folder, { project: "project/app" }));
    const files = ["inherits/made.py", "names/made.py", "versioned-0.1.0.dist-info/entry_points.txt"];
    return files.map((file) => String(content.get(file)).trim());
  };
  const withWord = (word: number) => [`HOOK = 1\nWORD = ${word}`, `WORD = ${word}`, `[words]\nw${word} = versioned`];

  it("builds, ships its edits, and stays unchanged", async () => {
    const tree = fs.readdirSync(folder, { recursive: true }).sort();
    assert.deepEqual(await made(), withWord(1));
    edit("words/src/words/__init__.py", "WORD = 1", "WORD = 2");
    assert.deepEqual(await made(), withWord(2));
    edit("project/plug/src/plug/hooks.py", "HOOK = 1", "HOOK = 2");
    assert.equal((await made())[0], "HOOK = 2\nWORD = 2");
    assert.deepEqual(fs.readdirSync(folder, { recursive: true }).sort(), tree);
  });
});
