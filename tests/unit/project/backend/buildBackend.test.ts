import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import {
  buildInCopy,
  copyForBuild,
  hasVcsVersion,
  setuptoolsScratchConfig,
} from "../../../../provider/project/backend/buildBackend.js";
import { packageFiles } from "../../../../provider/project/sources/sourceFiles.js";
import { parsePyproject, readPyproject } from "../../../../provider/project/pyproject.js";
import { mountSmall, unmount } from "../../../support/smallFileSystem.js";
import { pyproject, Scratch } from "../../support/scratch.js";

const built = (requires: string[], backend: string | undefined, more = "") =>
  parsePyproject(
    pyproject(
      "x",
      `[build-system]\nrequires = ${JSON.stringify(requires)}\n${backend ? `build-backend = "${backend}"\n` : ""}${more}`,
    ),
    "/p/pyproject.toml",
  );

describe("build backends", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  const vcs: [string[], string, string?][] = [
    [["hatchling", "hatch-vcs>=0.4"], "hatchling.build"],
    [["setuptools>=64", "setuptools_scm[toml]>=8"], "setuptools.build_meta"],
    [["hatchling"], "hatchling.build", '[tool.hatch.version]\nsource = "env"\nvariable = "V"\n'],
    [["versioningit"], "setuptools.build_meta"],
    [["pdm-backend"], "pdm.backend", '[tool.pdm.version]\nsource = "scm"\n'],
    [["poetry-core", "poetry-dynamic-versioning>=1,<2"], "poetry_dynamic_versioning.backend"],
    [["hatchling", "uv-dynamic-versioning"], "hatchling.build"],
    [["scikit-build-core"], "scikit_build_core.build", "[tool.setuptools_scm]\n"],
  ];
  for (const [requires, backend, more] of vcs)
    it(`takes the version from git: ${requires.join(", ")} ${more ?? ""}`.trim(), () => {
      assert.ok(hasVcsVersion(built(requires, backend, more)));
      assert.ok(!buildInCopy(built(requires, backend, more)), "only where it lies is the repository found");
    });

  it("takes the version from git: a setup.py that asks it, and not one that only names it", async () => {
    const system = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n';
    const isVersioned = async (setup: string) => {
      const folder = await scratch.make({ "pyproject.toml": pyproject("p", system), "setup.py": setup });
      return hasVcsVersion(readPyproject(folder));
    };
    assert.ok(await isVersioned('check_output(["git", "describe", "--tags"])'));
    assert.ok(await isVersioned("os.popen('git rev-parse HEAD')"));
    assert.ok(await isVersioned("from git import Repo\n"));
    assert.ok(!(await isVersioned('setup(url="https://git.example.com/show", version="1")  # see git, too\n')));
  });

  it("takes the version from a file", () => {
    assert.ok(!hasVcsVersion(built(["hatchling"], "hatchling.build", '[tool.hatch.version]\npath = "x.py"\n')));
    assert.ok(!hasVcsVersion(built(["setuptools"], "setuptools.build_meta")));
  });

  it("builds in place only with backends that do not change the source", () => {
    assert.ok(!buildInCopy(built(["hatchling"], "hatchling.build")));
    assert.ok(!buildInCopy(built(["uv_build"], "uv_build")));
    assert.ok(!buildInCopy(built(["flit_core"], "flit_core.buildapi")));
    assert.ok(buildInCopy(built(["setuptools"], "setuptools.build_meta")));
    assert.ok(buildInCopy(built(["setuptools"], undefined)));
    assert.ok(buildInCopy(built(["maturin"], "maturin")));
    assert.ok(buildInCopy(parsePyproject(pyproject("x"), "/p/pyproject.toml")));
    assert.ok(buildInCopy(built(["hatchling"], "hatchling.build", "[tool.hatch.build.hooks.custom]\n")));
    assert.ok(buildInCopy(built(["hatchling"], "hatchling.build", "[tool.hatch.build.targets.wheel.hooks.custom]\n")));
    assert.ok(buildInCopy(built(["hatchling"], "hatchling.build", "[tool.hatch.metadata.hooks.custom]\n")));
    assert.ok(buildInCopy(built(["hatchling"], "hatchling.build", '[tool.hatch.version]\nsource = "code"\n')));
    assert.ok(!buildInCopy(built(["hatchling"], "hatchling.build", '[tool.hatch.version]\npath = "p.py"\n')));
  });

  it("builds in a copy where hatch.toml may have hooks", async () => {
    const system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n';
    const isCopied = async (more: object) =>
      buildInCopy(readPyproject(await scratch.make({ "pyproject.toml": pyproject("p", system), ...more })));
    assert.deepEqual([await isCopied({ "hatch.toml": "" }), await isCopied({})], [true, false]);
  });

  it("copies what a build reads, and not what an earlier one left", async () => {
    const root = await scratch.make({
      ".git/HEAD": "",
      ".gitignore": "*.log\n",
      ".hg/x": "",
      ".hgignore": "syntax: glob\n",
      "p/pyproject.toml": pyproject("p"),
      "p/src/p/__init__.py": "x",
      "p/build/lib/p/gone.py": "stale",
      "p/p.egg-info/SOURCES.txt": "stale",
      "p/run.sh": "#!/bin/sh",
      "p/nested/x.py": "",
    });
    await fs.chmod(path.join(root, "p/run.sh"), 0o555);
    await fs.symlink("src/p/__init__.py", path.join(root, "p/link.py"));
    const to = path.join(root, "copy");
    const files = packageFiles(path.join(root, "p"), [path.join(root, "p/nested")]);
    const copied = await copyForBuild(path.join(root, "p"), to, files);
    assert.deepEqual(copied, { folder: to, original: path.join(root, "p"), copy: to });
    const names = (await fs.readdir(to, { recursive: true })).sort();
    assert.deepEqual(names, [
      ...[".gitignore", ".hgignore", "link.py", "pyproject.toml", "run.sh", "src", "src/p", "src/p/__init__.py"],
    ]);
    assert.equal(await fs.readFile(path.join(to, ".gitignore"), "utf8"), "*.log\n");
    assert.equal((await fs.stat(path.join(to, "run.sh"))).mode & 0o777, 0o755);
    assert.equal((await fs.stat(path.join(to, "pyproject.toml"))).mode & 0o777, 0o644);
    assert.ok((await fs.lstat(path.join(to, "link.py"))).isFile());
  });

  it("copies what is named outside to the same distance", async () => {
    const include = '"../../bases/api" = "api"\n"../readme.txt" = "x/r.txt"\n"build/g.py" = "x/g.py"\n';
    const root = await scratch.make({
      "bases/api/__init__.py": "api",
      "bases/other/__init__.py": "",
      "projects/readme.txt": "",
      "projects/p/pyproject.toml": pyproject("p", `[tool.hatch.build.targets.wheel.force-include]\n${include}`),
      "projects/p/build/g.py": "",
      "projects/p/build/lib/stale.py": "",
      "projects/q/x.py": "",
    });
    const copy = path.join(await scratch.make(), "copy");
    const folder = path.join(root, "projects/p");
    const copied = await copyForBuild(folder, copy, packageFiles(folder, []));
    assert.deepEqual(copied, { folder: path.join(copy, "projects/p"), original: root, copy });
    const entries = await fs.readdir(copy, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const names = files.map((entry) => path.relative(copy, path.join(entry.parentPath, entry.name))).sort();
    assert.deepEqual(names, [
      "bases/api/__init__.py",
      "projects/p/build/g.py",
      "projects/p/pyproject.toml",
      "projects/readme.txt",
    ]);
  });

  it("does not take a full disk for a file that cannot be read", async function () {
    const root = await scratch.make({ "p/pyproject.toml": pyproject("p", ""), "p/data.bin": "x".repeat(200_000) });
    const folder = path.join(root, "p");
    const small = path.join(await scratch.make(), "small");
    mountSmall(this, small, "64k");
    try {
      const copying = copyForBuild(folder, path.join(small, "copy"), packageFiles(folder, []));
      await assert.rejects(copying, { code: "ENOSPC" });
    } finally {
      unmount(small);
    }
  });

  it("copies a folder above without what an earlier build left in the package", async () => {
    const root = await scratch.make({
      "src/a.py": "",
      "src/p/pyproject.toml": pyproject("p", '[tool.setuptools.package-dir]\n"" = ".."\n'),
      "src/p/__init__.py": "",
      "src/p/build/lib/stale.py": "",
    });
    const copy = path.join(await scratch.make(), "copy");
    await copyForBuild(path.join(root, "src/p"), copy, packageFiles(path.join(root, "src/p"), []));
    const names = (await fs.readdir(copy, { recursive: true })).sort();
    assert.deepEqual(names, ["a.py", "p", "p/__init__.py", "p/pyproject.toml"]);
  });

  it("keeps setuptools from writing into the source", () => {
    assert.equal(setuptoolsScratchConfig("/s"), "[build]\nbuild_base = /s/build\n[egg_info]\negg_base = /s\n");
  });
});
