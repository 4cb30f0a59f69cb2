import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { ownFiles, type OwnFilesRequest } from "../../../../provider/project/sources/ownFiles.js";
import { loadProject } from "../../../../provider/project/workspace.js";
import { pyproject, type Files } from "../../support/scratch.js";
import { app, nothing, ownFilesBench } from "./ownFilesBench.js";

describe("own files", () => {
  const { scratch, packed } = ownFilesBench();

  it("ships the project's folder", async () => {
    assert.deepEqual(await packed({ "handler.py": "", "app/a.json": "", "words.txt": "" }), [
      "app/a.json",
      "handler.py",
      "words.txt",
    ]);
  });

  it("leaves only the distributions out of an index that is the project itself", async () => {
    const project = pyproject("app", '[tool.uv]\nfind-links = ["."]\n');
    const files = {
      "pyproject.toml": project,
      "a-1-py3-none-any.whl": "",
      "b-1.tar.gz": "",
      "app/c.zip": "",
      "m.py": "",
    };
    assert.deepEqual(await packed(files), ["app/c.zip", "m.py"]);
  });

  describe("onlyInclude", () => {
    const files = {
      "app/__init__.py": "",
      "app/data/x.json": "",
      "app/test_a.py": "",
      "app/.env": "",
      "shared/s.py": "",
      "other/o.py": "",
      "main.py": "",
      "src/z.py": "",
    };
    const cases: [what: string, request: Partial<OwnFilesRequest>, expected: string[]][] = [
      ["keeps folder names", { onlyInclude: ["app/"] }, ["app/__init__.py", "app/data/x.json"]],
      ["takes several, at any depth", { onlyInclude: ["/shared", "x.json"] }, ["app/data/x.json", "shared/s.py"]],
      ["takes `**`", { onlyInclude: ["**/data/**", "main.py"] }, ["app/data/x.json", "main.py"]],
      ["loses to `exclude`", { onlyInclude: ["app"], exclude: ["data"] }, ["app/__init__.py"]],
      [
        "lets `include` bring back what the defaults leave out of it, and nothing else",
        { onlyInclude: ["app"], include: [".env", "test_*.py", "other"] },
        ["app/.env", "app/__init__.py", "app/data/x.json", "app/test_a.py"],
      ],
      ["finds a folder whatever else is chosen", { onlyInclude: ["src/"] }, ["src/z.py"]],
    ];
    for (const [what, request, expected] of cases)
      it(what, async () => assert.deepEqual(await packed(files, request), expected));

    it("does not look into what it leaves out", async () => {
      const folder = await scratch.make({ "other/": "" });
      await fs.symlink("/etc/passwd", path.join(folder, "other/link"));
      assert.deepEqual(await packed({ "app/a.py": "" }, { onlyInclude: ["app"] }, ".", folder), ["app/a.py"]);
    });
  });

  it("remembers which patterns named something", async () => {
    const root = await scratch.make({ ...app, "data/a.bin": "", "data/sub/b.bin": "", ".env": "", "m.py": "" });
    const request = {
      ...nothing,
      exclude: ["data", "data/sub/*.bin", "*.bin", "nothing", "**/__pycache__/", "*.pyc"],
      include: [".env", "*.pem"],
      onlyInclude: ["*.py", "app/", ".env"],
    };
    const { usedPatterns } = await ownFiles(await loadProject({ project: root }), request);
    const used = (input: string) => usedPatterns.filter((one) => one.input === input).map(({ pattern }) => pattern);
    assert.deepEqual(used("exclude").sort(), ["**/__pycache__/", "*.bin", "*.pyc", "data", "data/sub/*.bin"]);
    assert.deepEqual(used("include"), [".env"]);
    assert.deepEqual(used("onlyInclude").sort(), ["*.py", ".env"]);
  });

  it("does not consult .gitignore", async () => {
    assert.deepEqual(await packed({ ".gitignore": "generated.py\n", "generated.py": "" }), ["generated.py"]);
  });

  describe("src", () => {
    it("is the root when no package is beside it", async () => {
      const files = { "src/handler.py": "", "src/app/__init__.py": "", "noxfile.py": "", "tests/__init__.py": "" };
      assert.deepEqual(await packed(files), ["app/__init__.py", "handler.py"]);
    });

    it("is a folder like others beside a package", async () => {
      const files = { "src/x.py": "", "app/__init__.py": "" };
      assert.deepEqual(await packed(files), ["app/__init__.py", "src/x.py"]);
    });

    it("is a folder like others when it is a package itself", async () => {
      assert.deepEqual(await packed({ "src/__init__.py": "", "src/x.py": "" }), ["src/__init__.py", "src/x.py"]);
    });
  });

  it("ships no loose files of a package, which its wheel brings", async () => {
    const project = pyproject("app", '[build-system]\nrequires = ["hatchling"]\n');
    assert.deepEqual(await packed({ "pyproject.toml": project, "app/__init__.py": "" }), []);
  });

  it("ships `source` instead, its content at the root", async () => {
    const folder = await scratch.make();
    const files = { "fn/handler.py": "", "fn/tests/t.py": "", "fn/pkg/a.py": "", "other/x.py": "" };
    const source = path.join(folder, "fn");
    assert.deepEqual(await packed(files, { source }, ".", folder), ["handler.py", "pkg/a.py"]);
    await assert.rejects(packed(files, { source: path.join(folder, "no") }, ".", folder), {
      code: "INVALID_INPUT",
      message: /^source: .*no does not exist/,
    });
  });

  it("leaves out other members and path dependencies, unless `include` brings them back", async () => {
    const files: Files = {
      "pyproject.toml": pyproject(
        "app",
        '[tool.uv.workspace]\nmembers = ["libs/*"]\n[tool.uv.sources]\nvendored = { path = "vendor/v" }\n',
      ),
      "main.py": "",
      "libs/core/pyproject.toml": pyproject("core"),
      "libs/core/core.py": "",
      "libs/notes.txt": "",
      "vendor/v/v.py": "",
    };
    assert.deepEqual(await packed(files), ["libs/notes.txt", "main.py"]);
    const include = ["libs/core/*.py"];
    assert.deepEqual(await packed(files, { include }), ["libs/core/core.py", "libs/notes.txt", "main.py"]);
  });

  it("never ships the program's folder, wherever it is", async () => {
    const folder = await scratch.make();
    const files = { "main.py": "", "deploy/x.py": "", "deploy/sub/y.py": "" };
    const request = { excludedFolders: [path.join(folder, "deploy")], include: ["deploy/**"] };
    assert.deepEqual(await packed(files, request, ".", folder), ["main.py"]);
  });

  it("leaves out what is named as the program's: where both share a folder, not in what is copied there, unless it is included", async () => {
    const program = { programFiles: ["/app", "/*.txt"] };
    const flat = { "app/App.java": "", "x.txt": "", "y.txt": "", "main.py": "", "sub/app/z.py": "" };
    assert.deepEqual(await packed(flat, program), ["main.py", "sub/app/z.py"]);
    assert.deepEqual(await packed(flat, { ...program, include: ["x.txt"] }), ["main.py", "sub/app/z.py", "x.txt"]);
    const nested = { "app/App.java": "", "src/app/__init__.py": "", "src/notes.txt": "" };
    assert.deepEqual(await packed(nested, program), ["app/__init__.py", "notes.txt"]);
    const folder = await scratch.make({ "other/a.py": "" });
    const copyFiles = [{ from: path.join(folder, "other"), to: "app" }];
    assert.deepEqual(await packed({ "main.py": "" }, { ...program, copyFiles }), ["app/a.py", "main.py"]);
  });

  it("leaves out the files of a program in the project's own folder", async () => {
    const files = {
      "Pulumi.yaml": "",
      "index.ts": "",
      "package.json": "",
      "__main__.py": "",
      "main.py": "",
      "a/x.ts": "",
    };
    assert.deepEqual(await packed(files), ["a/x.ts", "main.py"]);
    assert.deepEqual(await packed({ "index.ts": "", "main.py": "" }), ["index.ts", "main.py"]);
  });

  describe("include and exclude", () => {
    const files = {
      "main.py": "",
      ".env": "",
      "dist/a.js": "",
      "dist/sub/b.js": "",
      "dist/__pycache__/x.pyc": "",
      "dist/.x": "",
      "certs/ca.pem": "",
      "node_modules/m/k.pem": "",
      "data/big.bin": "",
      "data/tests/t.json": "",
      "tests/t.py": "",
    };
    const cases: [what: string, request: Partial<OwnFilesRequest>, expected: string[]][] = [
      ["a file by name, at any depth but not below what is left out", { include: ["*.pem"] }, ["certs/ca.pem"]],
      ["a folder, without what never ships in it", { include: ["dist"] }, ["dist/a.js", "dist/sub/b.js"]],
      ["a folder's direct files", { include: ["dist/*.js"] }, ["dist/a.js"]],
      ["everything below a folder", { include: ["dist/**"] }, ["dist/.x", "dist/a.js", "dist/sub/b.js"]],
      ["a hidden file", { include: [".env"] }, [".env"]],
      ["tests", { include: ["tests/"] }, ["tests/t.py"]],
      [
        "nothing that `exclude` names as well",
        { include: ["dist/**"], exclude: ["dist/sub"] },
        ["dist/.x", "dist/a.js"],
      ],
    ];
    const always = ["data/big.bin", "data/tests/t.json", "main.py"];
    for (const [what, request, expected] of cases)
      it(`bring back ${what}`, async () =>
        assert.deepEqual(await packed(files, request), [...always, ...expected].sort()));

    it("leave out", async () => {
      assert.deepEqual(await packed(files, { exclude: ["data/*.bin", "tests"] }), ["main.py"]);
    });

    it("name a wrong pattern", async () => {
      await assert.rejects(packed(files, { exclude: ["ok", "!x"] }), {
        code: "INVALID_INPUT",
        message: /^exclude\[1\]: the pattern "!x" begins with `!`/,
      });
    });
  });

  it("does not look into what it leaves out", async () => {
    const folder = await scratch.make({ "node_modules/": "" });
    await fs.symlink("/etc/passwd", path.join(folder, "node_modules/link"));
    assert.deepEqual(await packed({ "a.py": "" }, {}, ".", folder), ["a.py"]);
    await fs.symlink("/etc/passwd", path.join(folder, "link"));
    await assert.rejects(packed({}, {}, ".", folder), { code: "BAD_FILE" });
  });

  describe("copyFiles", () => {
    const files = {
      "app/main.py": "",
      "shared/a.json": "{}",
      "shared/.env": "",
      "shared/sub/b.py": "",
      "shared/tests/t": "",
    };
    const copy = async (...copyFiles: { from: string; to: string }[]) => {
      const root = await scratch.make({ ...files, "app/pyproject.toml": pyproject("app"), "app/uv.lock": "" });
      const project = await loadProject({ project: path.join(root, "app") });
      const from = (p: string) => (p === "" ? root : path.join(root, p));
      const request = {
        ...nothing,
        exclude: ["*.secret"],
        copyFiles: copyFiles.map((c) => ({ ...c, from: from(c.from) })),
      };
      return (await ownFiles(project, request)).tree.map((entry) => entry.path).filter((p) => p !== "main.py");
    };

    const good: [from: string, to: string, expected: string[]][] = [
      ["shared", "data", ["data/a.json", "data/sub/b.py", "data/tests/t"]],
      ["shared", "data/x/", ["data/x/a.json", "data/x/sub/b.py", "data/x/tests/t"]],
      ["shared", ".", ["a.json", "sub/b.py"]],
      ["shared/a.json", "conf.json", ["conf.json"]],
      ["shared/a.json", "conf/", ["conf/a.json"]],
      ["shared/a.json", "./", ["a.json"]],
      ["shared/.env", ".env", [".env"]],
      ["shared/.env", "x.secret", []],
    ];
    for (const [from, to, expected] of good)
      it(`${from} to ${to}`, async () => assert.deepEqual(await copy({ from, to }), expected));

    for (const to of ["/etc", "../x", "a/../../x", "", "a//b", "C:/x", "a\\b"])
      it(`refuses to land at ${JSON.stringify(to)}`, async () => {
        await assert.rejects(copy({ from: "shared", to: "ok" }, { from: "shared", to }), {
          code: "INVALID_INPUT",
          message: /^copyFiles\[1\]\.to: /,
        });
      });

    it("names what is missing and what is there twice", async () => {
      await assert.rejects(copy({ from: "no", to: "x" }), { message: /^copyFiles\[0\]\.from: .*no does not exist/ });
      await assert.rejects(copy({ from: "shared/a.json", to: "main.py" }), {
        code: "FILE_CONFLICT",
        message: /main\.py/,
      });
    });
  });
});
