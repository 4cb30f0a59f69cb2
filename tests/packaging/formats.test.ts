import assert from "node:assert/strict";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { skip } from "../support/skip.js";
import { refused } from "../support/refused.js";
import { bytecodeFixture } from "./fixtures/bytecode.js";
import { flatApp, packagedProject } from "./fixtures/single.js";
import { mixedWorkspace, virtualWorkspace } from "./fixtures/workspaces.js";
import { openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeFixture, type Fixture } from "./support/fixture.js";
import { callHandler, canCall, requireCalls, tryHandler } from "./support/run.js";

const minor = "3.11";
/** The formats that `shapes.test.ts` does not call. */
const formats = ["layer", "image"] as const;

/** An extension module and its Python half in the layer, imported by the code. */
const native: Fixture = {
  name: "native",
  files: {
    "project/pyproject.toml": pyproject({ name: "app", dependencies: ["markupsafe==3.0.2"] }),
    "project/handler.py":
      "from markupsafe import _speedups, escape\ndef handler(event, context):\n    return [str(escape('<')), _speedups.__file__]\n",
  },
  cases: [],
};

describe("code and dependencies in two places, and in an image", function () {
  this.timeout(180_000);
  let bench: PackagingBench;

  before(function () {
    bench = openBench(this);
    requireCalls(this, minor);
  });
  after(() => bench?.remove());

  for (const fixture of [flatApp, packagedProject, mixedWorkspace, virtualWorkspace])
    it(`${fixture.name} is imported and answers`, async () => {
      const folder = await bench.prepare(fixture);
      const [{ wanted, answer, packages }] = fixture.cases as [(typeof fixture.cases)[0]];
      for (const packageFormat of formats) {
        const artifact = await bench.build(folder, { ...wanted, packageFormat });
        const { value } = await callHandler(artifact, { handler: wanted.handler ?? "handler.handler", minor });
        assert.deepEqual(value, answer, packageFormat);
        assert.deepEqual(artifact.packages, packages);
        assert.deepEqual(bench.messages.splice(0), []);
      }
    });

  it("native code is found in the layer", async function () {
    const folder = bench.fresh("native");
    await writeFixture(native, folder);
    const locked = await runCommand([bench.uv, "lock"], {
      cwd: path.join(folder, "project"),
      env: bench.environment(),
    });
    if (locked.code !== 0) skip(this, `needs a package index: ${locked.stderr.trim().split("\n")[0]}`);
    if (process.arch !== "x64") skip(this, "the interpreters here are for another machine");
    for (const [packageFormat, root] of [
      ["layer", "/opt/python"],
      ["image", "/var/task"],
    ] as const) {
      const wanted = { project: "project", architecture: "x86_64", packageFormat } as const;
      const { value } = await callHandler(await bench.build(folder, wanted), { handler: "handler.handler", minor });
      const [escaped, file] = value as [string, string];
      assert.deepEqual([escaped, path.posix.dirname(file)], ["&lt;", `${root}/markupsafe`]);
    }
  });

  it("bytecode is what runs, from both places", async () => {
    const folder = await bench.prepare(bytecodeFixture);
    for (const packageFormat of formats) {
      const wanted = { project: "project", bytecode: true, packageFormat };
      const artifact = await bench.build(folder, wanted);
      const call = { handler: "handler.handler", minor, env: { PYTHONVERBOSE: "1" } };
      const { log } = await callHandler(artifact, call);
      const lines = [...log.matchAll(/# code object from '?(\/(?:var\/task|opt\/python)\/[^'\n]+?)'?$/gm)];
      const files = lines.map((match) => match[1]!);
      assert.equal(files.length, 6, files.join("\n"));
      assert.deepEqual(
        files.filter((file) => !file.endsWith(".pyc")),
        [],
      );
      const inLayer = files.filter((file) => file.startsWith("/opt/python/alpha/"));
      assert.equal(inLayer.length, packageFormat === "layer" ? 2 : 0);
    }
  });
});

const stub = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n";
const setuptoolsStub = "__import__('pkg_resources').declare_namespace(__name__)\n";

/** An application and a wheel with files in one folder. What decides is whose `__init__.py` is in it. */
function sharing(name: string, own: string | undefined, theirs: string | undefined): Fixture {
  const init = (text: string | undefined, folder: string) =>
    text === undefined ? {} : { [`${folder}/__init__.py`]: text };
  return {
    name,
    wheels: [{ name: "acme-wheel", files: { ...init(theirs, "acme"), "acme/part/wheel.py": "NAME = 'wheel'\n" } }],
    files: {
      "project/pyproject.toml": pyproject({ name: "app", dependencies: ["acme-wheel"] }),
      ...Object.fromEntries(Object.entries(init(own, "acme")).map(([file, text]) => [`project/${file}`, text])),
      "project/acme/own.py": "NAME = 'own'\n",
      "project/handler.py":
        "import acme.own, acme.part.wheel\ndef handler(event, context):\n    return [acme.own.NAME, acme.part.wheel.NAME]\n",
    },
    cases: [],
  };
}

describe("a folder of the layer and of the code", function () {
  this.timeout(120_000);
  let bench: PackagingBench;

  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  const layer = { project: "project", packageFormat: "layer" } as const;
  const off = { handler: "error", binaries: "error", collisions: "off", sizes: "error" } as const;

  for (const { name, own, theirs, says } of [
    {
      name: "own package",
      own: "",
      theirs: undefined,
      says: /acme\/__init__\.py of the project's own files: hides acme\/part\/wheel\.py of acme-wheel[^]*__init__\.py.*packageFormat.*"zip"/,
    },
    {
      name: "package in layer",
      own: undefined,
      theirs: "NAME = 1\n",
      says: /acme\/__init__\.py of acme-wheel: hides acme\/own\.py of the project's own files/,
    },
  ])
    it(`${name}: an error, because one of them cannot be imported; not in an archive for both`, async () => {
      const folder = await bench.prepare(sharing(name, own, theirs));
      await refused(bench.build(folder, layer), "FILE_CONFLICT", says);
      const zip = await bench.build(folder, { project: "project" });
      assert.deepEqual(zip.conflicts, []);
      if (!canCall(minor)) return;
      const call = { handler: "handler.handler", minor };
      assert.deepEqual((await callHandler(zip, call)).value, ["own", "wheel"]);
      const { functionError, payload } = await tryHandler(await bench.build(folder, { ...layer, checks: off }), call);
      assert.ok(functionError, "the error is true");
      assert.match(payload, /No module named 'acme\.(own|part)/);
    });

  for (const [name, own, theirs] of [
    ["namespace", undefined, undefined],
    ["pkgutil", stub, stub],
    ["pkgutil and pkg_resources", stub, setuptoolsStub],
  ] as const)
    it(`${name}: accepted`, async () => {
      const folder = await bench.prepare(sharing(name, own, theirs));
      const artifact = await bench.build(folder, layer);
      assert.deepEqual(artifact.conflicts, []);
      if (!canCall(minor)) return;
      const { value } = await callHandler(artifact, { handler: "handler.handler", minor });
      assert.deepEqual(value, ["own", "wheel"]);
    });

  it("only data, or tests: accepted", async () => {
    const fixture = sharing("data", "", undefined);
    const files = { "acme/data.json": "{}", "acme/tests/test_it.py": "", "lone.py": "" };
    const folder = await bench.prepare({ ...fixture, wheels: [{ name: "acme-wheel", files }] });
    assert.deepEqual((await bench.build(folder, layer)).conflicts, []);
  });
});
