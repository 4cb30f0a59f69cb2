import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readLocalPackage } from "../../../../provider/project/backend/localPackage.js";
import { pyproject, Scratch, type Files } from "../../support/scratch.js";

async function fingerprint(folder: string, without: readonly string[] = []): Promise<string> {
  return (await readLocalPackage(folder, { without })).fingerprint;
}

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
  const print = () => fingerprint(path.join(root, "pkg"), [path.join(root, "pkg/nested")]);
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
    "pkg/src/pkg/template/Pulumi.yaml": "a template of the package",
    "pkg/pyproject.toml": pyproject("pkg", `description = "x"\n${more}`),
    "pkg/link-target.txt": "reached through a link",
    "pkg/.gitignore": "x",
    "pkg/.hgignore": "x",
    "data/node_modules/m.js": "below a folder that is forced into the wheel",
    "data/.coverage": "",
    "pkg/src/pkg/compiled.pyc": "a module without its source",
    "pkg/src/pkg/_vendor/six.egg-info/PKG-INFO": "",
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

  it("looks above outside of a repository too, as hatchling does, for the nearest .gitignore", async () => {
    const files = { "a/b/pkg/pyproject.toml": pyproject("pkg"), "a/.gitignore": "one", ".gitignore": "one" };
    const above = await scratch.make(files);
    const seen = () => fingerprint(path.join(above, "a/b/pkg"));
    const first = await seen();
    await scratch.write(above, { ".gitignore": "two" });
    assert.equal(await seen(), first, "not the nearest");
    await scratch.write(above, { "a/.gitignore": "two" });
    assert.notEqual(await seen(), first, "the nearest");
  });

  describe("with what its build files name", () => {
    const hatch = (lines: string) => `[tool.hatch.build.targets.wheel]\n${lines}\n`;
    const cases: readonly { readonly what: string; readonly file: string; readonly files: Files }[] = [
      {
        what: "a file forced in from build/",
        file: "build/generated.py",
        files: { "pyproject.toml": pyproject("x", hatch('force-include = { "build/generated.py" = "x/g.py" }')) },
      },
      {
        what: "a folder forced in from dist/",
        file: "dist/assets/app.js",
        files: { "pyproject.toml": pyproject("x", hatch('force-include = { "dist" = "x/static" }')) },
      },
      {
        what: "a pattern that leads into dist/",
        file: "dist/app.js",
        files: { "pyproject.toml": pyproject("x", hatch('artifacts = ["/dist/*.js"]')) },
      },
      {
        what: "a pattern that begins a name",
        file: "build/gen_a/x.py",
        files: { "pyproject.toml": pyproject("x", hatch('packages = ["build/gen_*"]')) },
      },
      {
        what: "a file forced in from node_modules",
        file: "node_modules/a/dist/a.js",
        files: { "pyproject.toml": pyproject("x", hatch('force-include = { "node_modules/a/dist" = "x/a" }')) },
      },
      {
        what: "a package out of another member",
        file: "member/src/shared/s.py",
        files: { "pyproject.toml": pyproject("x", hatch('packages = ["src/x", "member/src/shared"]')) },
      },
      {
        what: "whatever lies in a module",
        file: "src/x/node_modules/a.js",
        files: { "pyproject.toml": pyproject("x") },
      },
      {
        what: "hatch's own file",
        file: "dist/app.js",
        files: { "pyproject.toml": pyproject("x"), "hatch.toml": '[build.targets.wheel]\ninclude = ["dist/app.js"]\n' },
      },
      {
        what: "a script of setuptools",
        file: "build/gen/g.py",
        files: { "setup.py": 'from setuptools import setup\nsetup(package_dir={"": "build/gen"})\n' },
      },
      {
        what: "a part of a folder above, by poetry",
        file: "../shared/s.py",
        files: {
          "pyproject.toml": pyproject("x", '[tool.poetry]\npackages = [{ include = "shared/**/*", from = ".." }]\n'),
        },
      },
      {
        what: "modules in a folder above, by setuptools",
        file: "../shared/s.py",
        files: { "pyproject.toml": pyproject("x", '[tool.setuptools.package-dir]\n"" = ".."\n') },
      },
      {
        what: "a licence above",
        file: "../LICENSE.txt",
        files: { "pyproject.toml": pyproject("x", 'license = { file = "../LICENSE.txt" }\n') },
      },
      {
        what: "the sources beside a manifest of Rust",
        file: "../rust/src/lib.rs",
        files: {
          "../rust/Cargo.toml": "",
          "pyproject.toml": pyproject("x", '[tool.maturin]\nmanifest-path = "../rust/Cargo.toml"\n'),
        },
      },
    ];
    it("changes with another member, when a pattern begins at the package itself", async () => {
      const toml = pyproject("x", hatch('include = ["**/*.py"]'));
      const member = "x/member/src/shared/s.py";
      const root = await scratch.make({ "x/pyproject.toml": toml, [member]: "one" });
      const print = () => fingerprint(path.join(root, "x"), [path.join(root, "x/member")]);
      const before = await print();
      await scratch.write(root, { [member]: "two" });
      assert.notEqual(await print(), before);
    });

    for (const { what, file, files } of cases)
      it(`changes with ${what}`, async () => {
        const folder = path.join(await scratch.make({ "x/src/x/__init__.py": "" }), "x");
        await scratch.write(folder, { ...files, [file]: "one" });
        const named = () => fingerprint(folder, [path.join(folder, "member")]);
        const first = await named();
        await scratch.write(folder, { [file]: "two" });
        assert.notEqual(await named(), first);
        const beside = { "member/o.py": "", "node_modules/b/b.js": "", "../beside.py": "" };
        const second = await named();
        await scratch.write(folder, file.includes("../") ? { "node_modules/b/b.js": "" } : beside);
        assert.equal(await named(), second, "what is not named");
      });

    for (const home of [true, false])
      it(`changes with a file that is forced in from ${home ? "the home folder" : "anywhere on the machine"}`, async () => {
        const outside = await scratch.make({ "lib.h": "one" });
        const named = home ? "~/lib.h" : path.join(outside, "lib.h");
        const toml = pyproject("x", hatch(`force-include = { "${named}" = "x/lib.h" }`));
        const folder = await scratch.make({ "pyproject.toml": toml });
        const before = process.env["HOME"];
        process.env["HOME"] = outside;
        try {
          const first = await fingerprint(folder);
          await scratch.write(outside, { "lib.h": "two" });
          assert.notEqual(await fingerprint(folder), first);
        } finally {
          if (before === undefined) delete process.env["HOME"];
          else process.env["HOME"] = before;
        }
      });

    it("changes with everything below a folder that is named, but not with what setuptools leaves there", async () => {
      const toml = pyproject("x", '[tool.setuptools.packages.find]\nwhere = ["py"]\n');
      const folder = await scratch.make({ "pyproject.toml": toml, "py/ns/a.py": "" });
      const first = await fingerprint(folder);
      await scratch.write(folder, { "py/x.egg-info/SOURCES.txt": "", "py/ns/__pycache__/a.pyc": "" });
      assert.equal(await fingerprint(folder), first);
      await scratch.write(folder, { "py/ns/web/node_modules/m.js": "" });
      assert.notEqual(await fingerprint(folder), first);
    });

    it("changes with a member inside of a module, which ships with it", async () => {
      const more: Files = { "x/pyproject.toml": pyproject("x"), "x/x/__init__.py": "", "x/x/plugin/p.py": "one" };
      const folder = path.join(await scratch.make(more), "x");
      const inside = () => fingerprint(folder, [path.join(folder, "x/plugin")]);
      const first = await inside();
      await scratch.write(folder, { "x/plugin/p.py": "two" });
      assert.notEqual(await inside(), first);
    });

    it("does not change with what a linter names", async () => {
      const lint = '[tool.ruff]\nsrc = ["..", "dist"]\n[tool.hatch.build]\nexclude = ["dist"]\n';
      const folder = path.join(await scratch.make({ "x/pyproject.toml": pyproject("x", lint), "x/dist/a": "" }), "x");
      const first = await fingerprint(folder);
      await scratch.write(folder, { "dist/a": "new", "../elsewhere.py": "" });
      assert.equal(await fingerprint(folder), first);
    });
  });
});
