import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { contentOf, shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Fixture } from "./support/fixture.js";

const backend = [
  "from hatchling.build import *",
  "import hatchling.build",
  "def build_wheel(directory, config_settings=None, metadata_directory=None):",
  '    open("lib/settings.txt", "w").write(repr(config_settings))',
  "    return hatchling.build.build_wheel(directory, config_settings, metadata_directory)",
  "",
].join("\n");

/** A package whose backend writes down the settings that uv gives it. */
const fixture: Fixture = {
  name: "surroundings",
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      members: ["lib"],
      more: '[tool.uv.workspace]\nmembers = ["lib"]',
    }),
    "project/handler.py": "import lib\ndef handler(event, context): return 1\n",
    "project/lib/pyproject.toml": pyproject({
      name: "lib",
      more: '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "backend"\nbackend-path = ["."]',
    }),
    "project/lib/backend.py": backend,
    "project/lib/lib/__init__.py": "",
    "project/lib/lib/data.json": "{}",
  },
  cases: [],
};

describe("what is around a project and the store", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(fixture, (opened, prepared) => ([bench, folder] = [opened, prepared]));
  const wanted = { project: "project" };

  it("does not decide what ships: the .gitignore of the repository that the store is in", async () => {
    const around = bench.fresh("around");
    writeInto(around, { ".gitignore": "*.json\n" });
    const artifact = await bench.build(folder, wanted, { cacheDir: path.join(around, ".cache", "store") });
    assert.deepEqual(shippedPaths(artifact), ["handler.py", "lib/__init__.py", "lib/data.json", "lib/settings.txt"]);
  });

  it("is noticed: the user's settings for builds, and those that UV_CONFIG_FILE names", async () => {
    const environment = bench.environment();
    const user = path.join(environment["HOME"] ?? "", ".config", "uv", "uv.toml");
    const named = path.join(folder, "named.toml");
    const given = async (file: string, more: Record<string, string>, value: string) => {
      writeInto(path.dirname(file), { [path.basename(file)]: `[config-settings]\nplace = "${value}"\n` });
      const artifact = await bench.build(folder, wanted, { environment: { ...environment, ...more } });
      return String(contentOf(artifact).get("lib/settings.txt"));
    };
    for (const [file, more] of [
      [user, { XDG_CONFIG_HOME: path.join(environment["HOME"] ?? "", ".config") }],
      [named, { UV_CONFIG_FILE: named }],
    ] as const) {
      for (const value of ["one", "two"]) assert.equal(await given(file, more, value), `{'place': '${value}'}`);
      fs.rmSync(file);
    }
  });
});

/** Without [tool.uv], uv looks for settings in the folders above. */
const plain: Fixture = {
  name: "plain",
  files: {
    "project/pyproject.toml": fixture.files["project/lib/pyproject.toml"] as string,
    "project/backend.py": backend,
    "project/lib/__init__.py": "def handler(event, context): return 1\n",
  },
  cases: [],
};

describe("a uv.toml above a project without settings", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(plain, (opened, prepared) => ([bench, folder] = [opened, prepared]));

  it("is noticed when its settings for builds change", async () => {
    const file = path.join(folder, "project", "pyproject.toml");
    fs.writeFileSync(file, plain.files["project/pyproject.toml"] as string);
    for (const value of ["one", "two"]) {
      writeInto(folder, { "uv.toml": `[config-settings]\nplace = "${value}"\n` });
      const artifact = await bench.build(folder, { project: "project", handler: "lib.handler" });
      assert.equal(String(contentOf(artifact).get("lib/settings.txt")), `{'place': '${value}'}`);
    }
  });
});
