import { strict as assert } from "node:assert";
import { UvLambdaError } from "../../../provider/lib/errors.js";
import { isPackage, parsePyproject, readPyproject } from "../../../provider/project/pyproject.js";
import { pyproject, Scratch } from "../support/scratch.js";

describe("pyproject", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  it("reads the parts that matter", () => {
    const parsed = parsePyproject(
      `[project]
name = "My.Lib_x"
dynamic = ["version"]
requires-python = ">=3.12"
readme = { file = "docs/README.md", content-type = "text/markdown" }
dependencies = ["six>1"]
optional-dependencies.fast = ["orjson"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[dependency-groups]
dev = ["ruff", { include-group = "x" }]
[tool.uv]
package = true
constraint-dependencies = ["six<2"]
[tool.uv.workspace]
members = ["packages/*"]
[tool.uv.sources]
"Acme_Core" = { workspace = true }
torch = [{ index = "cpu", marker = "sys_platform == 'linux'" }, { index = "gpu" }]
`,
      "/p/pyproject.toml",
    );
    assert.deepEqual(parsed.project, {
      name: "my-lib-x",
      version: undefined,
      dynamic: ["version"],
      requiresPython: ">=3.12",
      dependencies: ["six>1"],
      optionalDependencies: { fast: ["orjson"] },
      readme: "docs/README.md",
    });
    assert.deepEqual(parsed.buildSystem, { requires: ["hatchling"], backend: "hatchling.build" });
    assert.equal(JSON.stringify(parsed.dependencyGroups), `{"dev":["ruff",{"include-group":"x"}]}`);
    assert.deepEqual(parsed.uv.workspace, { members: ["packages/*"], exclude: [] });
    assert.deepEqual(Object.keys(parsed.uv.sources), ["acme-core", "torch"]);
    assert.equal(parsed.uv.sources["torch"]?.length, 2);
    assert.deepEqual(parsed.uv.constraints, ["six<2"]);
    assert.equal(parsed.folder, "/p");
  });

  it("knows a package by its build system, unless uv is told otherwise", () => {
    const shape = (more: string) => isPackage(parsePyproject(pyproject("x", more), "/p/pyproject.toml"));
    assert.equal(shape(""), false);
    assert.equal(shape('[build-system]\nrequires = ["hatchling"]\n'), true);
    assert.equal(shape('[build-system]\nrequires = ["hatchling"]\n[tool.uv]\npackage = false\n'), false);
    assert.equal(shape("[tool.uv]\npackage = true\n"), true);
  });

  it("is not confused by tables of a wrong kind or by names of JavaScript's own", () => {
    const parsed = parsePyproject(
      '[project]\nname = "x"\ndependencies = "six"\n[tool]\nuv = 3\n[dependency-groups]\n__proto__ = ["evil"]\nconstructor = 1\n',
      "/p/pyproject.toml",
    );
    assert.deepEqual(parsed.project?.dependencies, []);
    assert.equal(parsed.uv.workspace, undefined);
    assert.deepEqual(Object.keys(parsed.dependencyGroups), ["__proto__", "constructor"]);
    assert.equal(({} as Record<string, unknown>)["evil"], undefined);
  });

  it("skips a byte order mark, as uv does", async () => {
    const folder = await scratch.make({ "pyproject.toml": '\ufeff[project]\r\nname = "x"\r\n' });
    assert.equal(readPyproject(folder).project?.name, "x");
  });

  const unreadable: [what: string, content: string | Uint8Array, position: RegExp][] = [
    ["invalid TOML", '[project]\nname = "x"\nname = "y"\n', /pyproject\.toml:3:1: is not valid TOML/],
    ["not UTF-8", Buffer.from([0x61, 0x3d, 0x22, 0x0a, 0xff, 0xfe, 0x22]), /pyproject\.toml:2:1: is not UTF-8/],
    ["absurd nesting", `a = ${"[".repeat(10_000)}`, /pyproject\.toml:1:\d+: is not valid TOML: .*nested/],
    ["no name", "[project]\nversion = '1'\n", /pyproject\.toml: \[project\] has no `name`/],
  ];
  for (const [what, content, position] of unreadable) {
    it(`refuses ${what} with file and position, without a stack`, async () => {
      const folder = await scratch.make({ "pyproject.toml": content });
      assert.throws(
        () => readPyproject(folder),
        (error: unknown) => {
          assert.ok(error instanceof UvLambdaError);
          assert.equal(error.code, "PROJECT_UNREADABLE");
          assert.match(error.message, position);
          assert.ok(error.message.startsWith(folder));
          assert.ok(!error.message.includes("\n    at "));
          return true;
        },
      );
    });
  }

  it("refuses a folder in the place of the file", async () => {
    const folder = await scratch.make({ "pyproject.toml/": "" });
    assert.throws(() => readPyproject(folder), /pyproject\.toml is a folder, not a file/);
  });

  it("refuses names that could reach a path or a command line", () => {
    const names = ["../../x", "a/b", "-rf", "x;touch pwned", "$(id)", "a\nb", "x".repeat(300), "😀", ""];
    for (const name of names)
      assert.throws(
        () => parsePyproject(`[project]\nname = ${JSON.stringify(name)}\n`, "/p/pyproject.toml"),
        { code: "PROJECT_UNREADABLE" },
        name,
      );
  });
});
