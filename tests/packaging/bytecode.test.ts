import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { refused } from "../support/refused.js";
import { bytecodeFixture } from "./fixtures/bytecode.js";
import { contentOf, useBench, type PackagingBench } from "./support/bench.js";
import { readZip } from "../aws/archive/zip.js";
import { callHandler, requireCalls } from "./support/run.js";

const modules = [
  "alpha/__init__.py",
  "alpha/deep/__init__.py",
  "handler.py",
  "helper.py",
  "near/__init__.py",
  "near/größe.py",
];
/** Bit 0: hash-based. Bit 1, which is not set: compared with the source at run time. */
const uncheckedHash = 1;

describe("bytecode", function () {
  this.timeout(180_000);
  let bench: PackagingBench;
  let folder: string;
  const wanted = { project: "project", bytecode: true, runtime: "python3.11" };
  useBench(bytecodeFixture, (...opened) => ([bench, folder] = opened));

  for (const minor of ["3.10", "3.11", "3.12", "3.13", "3.14"])
    it(`of Python ${minor} is what runs: nothing is compiled again`, async function () {
      requireCalls(this, minor);
      const artifact = await bench.build(folder, { ...wanted, runtime: `python${minor}` });
      assert.match(artifact.bytecodeInterpreter ?? "", new RegExp(`^${minor.replace(".", "\\.")}\\.\\d+`));
      const tag = `cpython-${minor.replace(".", "")}`;
      const content = contentOf(artifact);
      const compiled = modules.map((module) => compiledName(module, tag));
      assert.deepEqual([...content.keys()].filter((name) => name.endsWith(".pyc")).sort(), compiled.sort());
      for (const name of compiled) assert.equal(content.get(name)?.readUInt32LE(4), uncheckedHash, name);

      // With this variable, Python says where the code of each module came from.
      const call = { handler: "handler.handler", minor, env: { PYTHONVERBOSE: "1" } };
      const { value, log } = await callHandler(artifact, call);
      assert.deepEqual(loaded(log), { fromBytecode: modules.length, fromSource: 0 });
      assert.deepEqual(value, {
        shown: ["/var/task/handler.py", "/var/task/near/__init__.py"],
        names: ["a", "b", "c", "d"],
        cached: compiled,
      });

      const plain = await bench.build(folder, { ...wanted, bytecode: false, runtime: `python${minor}` });
      assert.ok(![...contentOf(plain).keys()].some((name) => name.endsWith(".pyc")));
      const control = await callHandler(plain, call);
      assert.deepEqual(loaded(control.log), { fromBytecode: 0, fromSource: modules.length });
    });

  it("of Python 3.10 is the same twice, constant sets included", async function () {
    requireCalls(this, "3.10");
    const hashes = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const more = { cacheDir: bench.fresh("store") };
      hashes.add((await bench.build(folder, { ...wanted, runtime: "python3.10" }, more)).outputHash);
    }
    assert.equal(hashes.size, 1);
  });

  it("shows the paths of a layer where the packages come in one", async () => {
    const artifact = await bench.build(folder, { ...wanted, packageFormat: "layer" });
    const paths = async (name: string, root: string) => {
      const entries = readZip(fs.readFileSync(path.join(artifact.folder, name))).filter((e) => e.name.endsWith(".pyc"));
      assert.notEqual(entries.length, 0);
      for (const entry of entries) {
        const module = entry.name.replace("__pycache__/", "").replace(/\.cpython-311\.pyc$/, ".py");
        const shown = `${root}/${module.replace(/^python\//, "")}`;
        assert.ok(entry.data().includes(Buffer.from(shown)), `${entry.name} does not say ${shown}`);
      }
    };
    await paths("layer.zip", "/opt/python");
    await paths("code.zip", "/var/task");
  });

  it("is an error that names the fixes if there is no interpreter of the version", async () => {
    const environment = {
      ...bench.environment(),
      PATH: bench.fresh("empty"),
      UV_PYTHON_INSTALL_DIR: bench.fresh("none"),
    };
    const error = await refused(
      bench.build(folder, { ...wanted, runtime: "python3.12" }, { environment, cacheDir: bench.fresh("store") }),
      "PYTHON_NOT_FOUND",
      /CPython 3\.12[^]*uv python install 3\.12[^]*UV_PYTHON_DOWNLOADS[^]*bytecode: false/,
    );
    assert.deepEqual(
      error.problems.map(({ property }) => property),
      ["bytecode"],
    );
  });

  it("comes from exactly the version that .python-version names", async function () {
    requireCalls(this, "3.11");
    const file = path.join(folder, "project", ".python-version");
    const found = await bench.build(folder, wanted);
    const version = found.bytecodeInterpreter ?? "";
    try {
      fs.writeFileSync(file, `${version}\n`);
      const pinned = await bench.build(folder, wanted);
      assert.equal(pinned.bytecodeInterpreter, version);
      assert.equal(pinned.outputHash, found.outputHash);
      fs.writeFileSync(file, "3.11.99\n");
      await refused(bench.build(folder, wanted), "PYTHON_NOT_FOUND", /CPython 3\.11\.99/);
      fs.writeFileSync(file, "3.9.1\n");
      assert.equal((await bench.build(folder, wanted)).outputHash, found.outputHash);
    } finally {
      fs.rmSync(file);
    }
  });
});

function compiledName(module: string, tag: string): string {
  const { dir, name } = path.posix.parse(module);
  return path.posix.join(dir, "__pycache__", `${name}.${tag}.pyc`);
}

/** What Python said about the modules in /var/task. */
function loaded(log: string): { fromBytecode: number; fromSource: number } {
  const froms = [...log.matchAll(/# code object from '?(\/var\/task\/[^'\n]+?)'?$/gm)].map((match) => match[1]!);
  return {
    fromBytecode: froms.filter((file) => file.endsWith(".pyc")).length,
    fromSource: froms.filter((file) => file.endsWith(".py")).length,
  };
}
