import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { fingerprintLocalPackage } from "../../../provider/project/localPackage.js";
import { pyproject, Scratch, type Files } from "../support/scratch.js";

describe("fingerprint of a local package", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  const more =
    'readme = "../README.md"\n[tool.hatch.build.targets.wheel.force-include]\n"../data" = "pkg/data"\n' +
    '[tool.uv.sources]\nother = { path = "../other" }\n';
  const tree: Files = {
    ".git/HEAD": "",
    ".gitignore": "*.log\n",
    "README.md": "",
    "data/a.json": "",
    "other/o.py": "",
    "pkg/pyproject.toml": pyproject("pkg", more),
    "pkg/src/pkg/__init__.py": "x = 1\n",
    "pkg/src/pkg/data.txt": "",
    "pkg/link-target.txt": "",
    "pkg/nested/pyproject.toml": pyproject("nested"),
  };

  let root: string;
  let before: string;
  const print = () => fingerprintLocalPackage(path.join(root, "pkg"), { without: [path.join(root, "pkg/nested")] });
  beforeEach(async () => {
    root = await scratch.make(tree);
    await fs.symlink("../../link-target.txt", path.join(root, "pkg/src/pkg/linked.txt"));
    await fs.symlink("..", path.join(root, "pkg/src/loop"));
    await fs.symlink("nowhere", path.join(root, "pkg/src/dangling"));
    before = await print();
  });

  const reaching: Files = {
    "pkg/src/pkg/__init__.py": "x = 2\n",
    "pkg/src/pkg/data.txt": "new",
    "pkg/src/pkg/more.py": "",
    "pkg/src/pkg/.hidden": "",
    "pkg/src/pkg/build/x.py": "",
    "pkg/build/__init__.py": "",
    "pkg/pyproject.toml": pyproject("pkg", `description = "x"\n${more}`),
    "pkg/link-target.txt": "reached through a link",
    "pkg/.gitignore": "x",
    ".gitignore": "*.txt\n",
    "README.md": "named by the project file",
    "data/a.json": "forced into the wheel",
    "data/b.json": "",
  };
  for (const [file, content] of Object.entries(reaching))
    it(`changes with ${file}`, async () => {
      await scratch.write(root, { [file]: content });
      assert.notEqual(await print(), before);
    });

  it("changes with a name, a removal and the exec bit", async () => {
    const file = path.join(root, "pkg/src/pkg/data.txt");
    await fs.chmod(file, 0o755);
    const executable = await print();
    assert.notEqual(executable, before);
    await fs.rename(file, `${file}2`);
    const renamed = await print();
    assert.ok(![before, executable].includes(renamed));
    await fs.rm(`${file}2`);
    assert.ok(![before, executable, renamed].includes(await print()));
  });

  const droppings = [
    "pkg/.venv/x",
    "pkg/env/pyvenv.cfg",
    "pkg/src/pkg/__pycache__/a.pyc",
    "pkg/a.pyc",
    "pkg/dist/a.whl",
    "pkg/build/lib/pkg/x.py",
    "pkg/pkg.egg-info/PKG-INFO",
    "pkg/src/pkg.egg-info/SOURCES.txt",
    "pkg/.mypy_cache/x",
    "pkg/.pytest_cache/x",
    "pkg/.ruff_cache/x",
    "pkg/node_modules/a/x",
    "pkg/.uvlambda/x",
    "pkg/infra/Pulumi.yaml",
    "pkg/nested/x.py",
    "other/o.py",
    "elsewhere/x.py",
    ".git/index",
  ];
  for (const file of droppings)
    it(`does not change with ${file}`, async () => {
      await scratch.write(root, { [file]: "something new" });
      assert.equal(await print(), before);
    });

  it("does not depend on the folder's place or on times", async () => {
    await fs.utimes(path.join(root, "pkg/src/pkg/data.txt"), 1, 1);
    assert.equal(await print(), before);
    const moved = path.join(await scratch.make(), "elsewhere");
    await fs.rename(root, moved);
    root = moved;
    assert.equal(await print(), before);
  });

  it("does not look above outside of a repository", async () => {
    await fs.rm(path.join(root, ".git"), { recursive: true });
    const outside = await print();
    await scratch.write(root, { ".gitignore": "other" });
    assert.equal(await print(), outside);
  });
});
