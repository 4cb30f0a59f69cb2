import * as assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { OwnFilesRequest } from "../../../../provider/project/sources/ownFiles.js";
import { projectSources } from "../../../../provider/project/sources/projectSources.js";
import { loadProject } from "../../../../provider/project/workspace.js";
import { pyproject, Scratch, type Files } from "../../support/scratch.js";

const nothing: OwnFilesRequest = { include: [], exclude: [], copyFiles: [], excludedFolders: [] };

describe("the workspace for a Dockerfile", () => {
  const scratch = new Scratch();
  let root: string;
  beforeEach(async () => (root = await scratch.make()));
  afterEach(() => scratch.remove());

  async function found(files: Files, project: string, local: string[], request: Partial<OwnFilesRequest> = {}) {
    await scratch.write(root, { "uv.lock": "", ...files });
    const loaded = await loadProject({ project: path.join(root, project) });
    const folders = await Promise.all(local.map((folder) => fs.realpath(path.join(root, folder))));
    return (await projectSources(loaded, folders, { ...nothing, ...request })).map((entry) => entry.path);
  }

  const workspace: Files = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n',
    ".python-version": "3.13",
    "README.md": "",
    "scripts/x.py": "",
    "apps/api/pyproject.toml": pyproject("api"),
    "apps/api/src/api/main.py": "",
    "apps/api/README.md": "",
    "apps/other/pyproject.toml": pyproject("other"),
    "apps/other/src/other.py": "",
    "libs/core/pyproject.toml": pyproject("core"),
    "libs/core/LICENSE": "",
    "libs/core/src/core/__init__.py": "",
    "libs/unused/pyproject.toml": pyproject("unused"),
    "libs/unused/src/unused.py": "",
  };

  it("holds the lock, every member's pyproject.toml, and the sources of what ships", async () => {
    assert.deepEqual(await found(workspace, "apps/api", ["apps/api", "libs/core"]), [
      ".python-version",
      "apps/api/README.md",
      "apps/api/pyproject.toml",
      "apps/api/src/api/main.py",
      "apps/other/pyproject.toml",
      "libs/core/LICENSE",
      "libs/core/pyproject.toml",
      "libs/core/src/core/__init__.py",
      "libs/unused/pyproject.toml",
      "pyproject.toml",
      "uv.lock",
    ]);
  });

  it("holds what build files name beside their package, but for a folder around it", async () => {
    const names =
      '[tool.hatch.version]\nraw-options = { root = "../.." }\n[tool.hatch.build.targets.wheel.force-include]\n' +
      '"../../schemas" = "core/schemas"\n"../../one.json" = "core/one.json"\n';
    const files = {
      ...workspace,
      "libs/core/pyproject.toml": `${pyproject("core")}\n${names}`,
      "schemas/a.json": "",
      "schemas/.env": "",
      "one.json": "",
      "two.json": "",
    };
    const without = await found(workspace, "apps/api", ["apps/api", "libs/core"]);
    const paths = await found(files, "apps/api", ["apps/api", "libs/core"]);
    const further = paths.filter((file) => !without.includes(file));
    assert.deepEqual(further, ["one.json", "schemas/a.json"]);
  });

  const guide: Files = {
    "pyproject.toml": `${pyproject("guide")}\n[tool.uv.workspace]\nmembers = ["library", "tool"]\n`,
    "app/main.py": "",
    "library/pyproject.toml": pyproject("library"),
    "library/README.md": "",
    "library/src/library/__init__.py": "",
    "tool/pyproject.toml": pyproject("tool"),
    "tool/run.py": "",
  };

  it("is as in the repository if the root itself is packaged", async () => {
    assert.deepEqual(await found(guide, ".", ["library"]), [
      "app/main.py",
      "library/README.md",
      "library/pyproject.toml",
      "library/src/library/__init__.py",
      "pyproject.toml",
      "tool/pyproject.toml",
      "uv.lock",
    ]);
  });

  it("leaves out what never ships, and what `exclude` names; `include` brings back", async () => {
    const left: Files = {
      ".env": "SECRET=1",
      "app/.env": "SECRET=1",
      "key.pem": "",
      ".git/HEAD": "",
      ".venv/x": "",
      "env/pyvenv.cfg": "",
      "app/__pycache__/a.pyc": "",
      "infra/Pulumi.yaml": "",
      "infra/index.ts": "",
      "program/x.ts": "",
      "tests/test_a.py": "",
      "library/.env": "SECRET=1",
      "data/big.bin": "",
    };
    const usual = await found(guide, ".", ["library"]);
    const excludedFolders = [path.join(await fs.realpath(root), "program")];
    const request = { exclude: ["data/"], excludedFolders };
    assert.deepEqual(await found({ ...guide, ...left }, ".", ["library"], request), usual);
    const brought = await found({ ...guide, ...left }, ".", ["library"], { ...request, include: ["/tests/"] });
    assert.deepEqual(brought, [...usual, "tests/test_a.py"].sort());
  });

  it("leaves out the program's files where it shares the project's folder", async () => {
    const files = { ...guide, "index.ts": "", "library/index.ts": "" };
    const paths = await found(files, ".", ["library"], { programFiles: ["/*.ts"] });
    assert.deepEqual(
      paths.filter((file) => file.endsWith(".ts")),
      ["library/index.ts"],
    );
    const source = path.join(await fs.realpath(root), "library");
    const below = await found(files, ".", ["library"], { programFiles: ["/*.ts"], source });
    assert.ok(below.includes("index.ts"), "the program is in the folder that `source` names, not here");
  });

  it("follows links that stay in the workspace, and leaves out packages that are outside of it", async () => {
    const project = path.join(root, "repository");
    await scratch.write(root, { "outside/pyproject.toml": pyproject("outside"), "repository/uv.lock": "" });
    for (const [name, text] of Object.entries(guide)) await scratch.write(project, { [name]: text });
    await fs.rm(path.join(project, "library/README.md"));
    await scratch.write(project, { "README.md": "shared" });
    await fs.symlink("../README.md", path.join(project, "library/README.md"));
    const paths = await found({}, "repository", ["repository/library", "outside"]);
    assert.ok(paths.includes("library/README.md"));
    assert.ok(!paths.some((file) => file.includes("outside")));
  });
});
