import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { normaliseInstalled, type Installed } from "../../../../provider/packaging/install/distributions.js";
import { treeDigest } from "../../../../provider/tree/digest.js";
import { findTool } from "../../../support/machine.js";
import { skip } from "../../../support/skip.js";
import { noUv } from "../../../support/uv.js";
import { pyproject, Scratch, type Files } from "../../support/scratch.js";

const digest = (text: string) => `sha256=${createHash("sha256").update(text).digest("base64url")}`;

/** Files of an installed distribution, RECORD included. */
function installed(
  name: string,
  version: string,
  files: Record<string, string>,
  info: Record<string, string> = {},
): Files {
  const folder = `${name}-${version}.dist-info`;
  const infoFiles = {
    METADATA: `Metadata-Version: 2.3\nName: ${name}\nVersion: ${version}\n`,
    WHEEL: "Tag: py3-none-any\n",
    ...info,
  };
  const all: Record<string, string> = { ...files };
  for (const [file, text] of Object.entries(infoFiles)) all[`${folder}/${file}`] = text;
  const lines = Object.entries(all).map(
    ([file, text]) => `${/,/.test(file) ? `"${file}"` : file},${digest(text)},${text.length}`,
  );
  return { ...all, [`${folder}/RECORD`]: [...lines, `${folder}/RECORD,,`, ""].join("\r\n") };
}

function text({ tree }: Installed, file: string): string {
  const entry = tree.find((e) => e.path === file);
  assert.ok(entry !== undefined && "bytes" in entry.source, `${file} is not held in memory`);
  return Buffer.from(entry.source.bytes).toString();
}

const paths = ({ tree }: Installed) => tree.map((entry) => entry.path);

/** RECORD names every file that its owner ships with its hash and size, sorted, and nothing else. */
function assertRecordsAgree(result: Installed): void {
  for (const record of result.tree.filter((e) => e.path.endsWith(".dist-info/RECORD"))) {
    const owned = result.tree.filter((e) => e.owner === record.owner);
    const expected = owned.map((e) => {
      const hash = `sha256=${Buffer.from(e.sha256, "hex").toString("base64url")},${e.size}`;
      return `${e.path.includes(",") ? `"${e.path}"` : e.path},${e === record ? "," : hash}\n`;
    });
    assert.equal(text(result, record.path), expected.join(""));
  }
}

describe("installed distributions", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());
  const normalise = async (...args: [Files, Parameters<typeof normaliseInstalled>[1]?]) =>
    normaliseInstalled(await scratch.make(args[0]), args[1]);

  it("ship without leftovers of the installer, with an adjusted RECORD, each file with its owner", async () => {
    const folder = await scratch.make({
      ".lock": "",
      "pkg/__pycache__/a.cpython-311.pyc": "",
      ...installed(
        "My.Pkg",
        "1.0",
        {
          "pkg/a.py": "a",
          "pkg/b,c.txt": "b",
          "bin/tool": "#!/home/me/.venv/bin/python3\nx",
          "pkg/sourceless.pyc": "",
        },
        { INSTALLER: "uv", REQUESTED: "", "direct_url.json": "{}", "uv_cache.json": "{}", "uv_build.json": "{}" },
      ),
      ...installed("other", "2", { "other.py": "o" }),
    });
    const result = await normaliseInstalled(folder);
    assert.deepEqual(paths(result), [
      "My.Pkg-1.0.dist-info/METADATA",
      "My.Pkg-1.0.dist-info/RECORD",
      "My.Pkg-1.0.dist-info/WHEEL",
      "other-2.dist-info/METADATA",
      "other-2.dist-info/RECORD",
      "other-2.dist-info/WHEEL",
      "other.py",
      "pkg/a.py",
      "pkg/b,c.txt",
      "pkg/sourceless.pyc",
    ]);
    assert.deepEqual(result.distributions, [
      { name: "my-pkg", version: "1.0" },
      { name: "other", version: "2" },
    ]);
    assert.deepEqual(
      result.tree.map((e) => e.owner),
      ["my-pkg", "my-pkg", "my-pkg", "other", "other", "other", "other", "my-pkg", "my-pkg", "my-pkg"],
    );
    assertRecordsAgree(result);
    const record = await fs.readFile(path.join(folder, "My.Pkg-1.0.dist-info/RECORD"), "utf8");
    assert.match(record, /INSTALLER/, "the stage itself must not change: it may be linked into uv's cache");
  });

  it("drop more on request, RECORD included", async () => {
    const files = installed("a", "1", { "a/x.py": "", "a/big.bin": "" });
    const result = await normalise(files, { drop: (file) => file.endsWith(".bin") });
    assert.ok(!paths(result).includes("a/big.bin"));
    assertRecordsAgree(result);
  });

  describe("scripts", () => {
    const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]);
    const cases: [what: string, content: string | Uint8Array, ships: boolean][] = [
      ["an entry point's wrapper", "#!/opt/py/bin/python3.13\nimport sys", false],
      ["a wrapper with a long path", "#!/bin/sh\n'''exec' '/a b/python' \"$0\" \"$@\"\n' '''", false],
      ["a rewritten shebang with options", "#!/opt/py/bin/python -E\n", false],
      ["pypy", "#!/opt/pypy3\n", false],
      ["a shell script", "#!/bin/sh\necho\n", true],
      ["env", "#!/usr/bin/env python3\n", true],
      ["a real binary", elf, true],
      ["text that only speaks of python", "see /usr/bin/python", true],
    ];
    for (const [what, content, ships] of cases)
      it(`${ships ? "keep" : "drop"} ${what}`, async () => {
        const result = await normalise({ ...installed("a", "1", { "a.py": "" }), "bin/x": content });
        assert.equal(paths(result).includes("bin/x"), ships);
      });

    it("elsewhere are left alone", async () => {
      const result = await normalise(installed("a", "1", { "a/bin/x": "#!/usr/bin/python\n" }));
      assert.ok(paths(result).includes("a/bin/x"));
    });
  });

  describe(".pth files", () => {
    for (const line of ["/home/me/src", "C:\\src", "import __editable___x_finder; __editable___x_finder.install()"])
      it(`refuse ${line}`, async () => {
        await assert.rejects(normalise(installed("x", "1", { "x.pth": `# c\n${line}\n` })), {
          code: "BAD_FILE",
          message: /x\.pth of x points at this machine/,
        });
      });

    it("keep what names nothing here", async () => {
      const result = await normalise(installed("x", "1", { "x.pth": "import os; os.getcwd()\nsub/folder\n" }));
      assert.ok(paths(result).includes("x.pth"));
    });
  });

  describe("built here", () => {
    const metadata = (version: string, readme: string) =>
      `Metadata-Version: ${version}\nName: My-Lib\nVersion: 1.2\nSummary: Does things\nAuthor: Me\nLicense-File: LICENSE\n` +
      `Requires-Python: >=3.11\nRequires-Dist: six (>=1.0) ; extra == "a"\nRequires-Dist: idna>=3,<4\nProvides-Extra: a\n` +
      `Description-Content-Type: text/markdown\n\n${readme}\n`;

    it("keep what importlib.metadata is asked for, and nothing of backend and README", async () => {
      const result = await normalise(
        installed(
          "My_Lib",
          "1.2",
          { "my_lib/x.py": "" },
          {
            METADATA: metadata("2.4", "# Hello\nName: evil"),
            WHEEL: "Wheel-Version: 1.0\nGenerator: hatchling 1.2\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            "entry_points.txt": "[z]\nb=m:b\n\n[console_scripts]\nx = m:x\na  =  m:a\n",
            "top_level.txt": "my_lib\n",
            "licenses/LICENSE": "",
          },
        ),
        { isBuiltHere: () => true },
      );
      const info = "my_lib-1.2.dist-info";
      assert.deepEqual(paths(result), [
        `${info}/METADATA`,
        `${info}/RECORD`,
        `${info}/WHEEL`,
        `${info}/entry_points.txt`,
        `${info}/top_level.txt`,
        "my_lib/x.py",
      ]);
      assert.equal(
        text(result, `${info}/METADATA`),
        "Metadata-Version: 2.1\nName: My-Lib\nVersion: 1.2\nSummary: Does things\nRequires-Python: >=3.11\n" +
          "Requires-Dist: idna>=3,<4\nRequires-Dist: six>=1.0; extra == 'a'\nProvides-Extra: a\n",
      );
      assert.equal(
        text(result, `${info}/WHEEL`),
        "Wheel-Version: 1.0\nGenerator: uvlambda\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
      );
      assert.equal(text(result, `${info}/entry_points.txt`), "[console_scripts]\na = m:a\nx = m:x\n\n[z]\nb = m:b\n");
      assertRecordsAgree(result);
    });

    it("by uv: a README edit and another spelling of the folder change nothing, code does", async function () {
      this.timeout(60_000);
      const uv = findTool("uv", "UVLAMBDA_TEST_UV");
      if (uv === undefined) skip(this, noUv);
      const source = await scratch.make({
        "pyproject.toml": pyproject(
          "acme-core",
          'readme = "README.md"\n[project.scripts]\ntool = "acme_core:main"\n[build-system]\nrequires = ["uv_build"]\nbuild-backend = "uv_build"\n',
        ),
        "README.md": "one",
        "src/acme_core/__init__.py": "def main(): return 1\n",
      });
      const build = async () => {
        const out = await scratch.make();
        const run = (...args: string[]) => execFileSync(uv, args, { cwd: out, stdio: "pipe" });
        run("build", "--wheel", source, "--out-dir", out, "-q", "--no-create-gitignore");
        const wheel = (await fs.readdir(out)).find((f) => f.endsWith(".whl"))!;
        run(
          "pip",
          "install",
          "-q",
          "--no-deps",
          "--offline",
          "--target",
          path.join(out, "stage"),
          path.join(out, wheel),
        );
        return normaliseInstalled(path.join(out, "stage"), { isBuiltHere: () => true });
      };
      const first = await build();
      assert.deepEqual(first.distributions, [{ name: "acme-core", version: "0.1.0" }]);
      assert.deepEqual(paths(first), [
        "acme_core-0.1.0.dist-info/METADATA",
        "acme_core-0.1.0.dist-info/RECORD",
        "acme_core-0.1.0.dist-info/WHEEL",
        "acme_core-0.1.0.dist-info/entry_points.txt",
        "acme_core/__init__.py",
      ]);
      assertRecordsAgree(first);
      await scratch.write(source, { "README.md": "two, much longer" });
      assert.equal(treeDigest((await build()).tree), treeDigest(first.tree));
      await scratch.write(source, { "src/acme_core/__init__.py": "def main(): return 2\n" });
      assert.notEqual(treeDigest((await build()).tree), treeDigest(first.tree));
    });
  });
});
