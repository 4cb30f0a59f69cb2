import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { runCommand } from "../support/commands.js";
import { skip } from "../support/skip.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { requestFor } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

/** What each manager's shim prints when its version is not activated. */
const shims: Readonly<Record<string, string>> = {
  pyenv: "#!/bin/sh\necho 'pyenv: python: command not found' >&2\nexit 127\n",
  asdf: "#!/bin/sh\necho 'No version is set for command python3' >&2\nexit 126\n",
  mise: "#!/bin/sh\necho 'mise ERROR No version is set for shim: python3' >&2\nexit 1\n",
};

/** Where each manager keeps its Pythons, relative to the folder of the shims. */
const installs: Readonly<Record<string, string>> = {
  pyenv: "versions",
  asdf: "installs/python",
  mise: "installs/python",
};

describe("Shims of version managers on PATH", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let real: string;
  before(async function () {
    bench = openBench(this);
    const args = [bench.uv, "python", "find", "--system", "--no-project", ">=3.11"];
    const found = await runCommand(args, { cwd: bench.folder, env: bench.environment() });
    real = found.stdout.trim();
    if (real === "") skip(this, "needs a Python of the system from 3.11");
  });
  after(() => bench?.remove());

  async function project(): Promise<string> {
    const folder = bench.fresh("shims");
    fs.mkdirSync(path.join(folder, "project"), { recursive: true });
    const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, "project", name), text);
    write("pyproject.toml", '[project]\nname = "plain"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n');
    write("app.py", "def handler(event, context):\n    return 1\n");
    await bench.lock(path.join(folder, "project"));
    return folder;
  }

  /** Shims of the versions that uv may try. There must be no others. */
  function manager(name: string): string {
    const root = bench.fresh(name);
    fs.mkdirSync(path.join(root, "shims"), { recursive: true });
    for (const python of ["python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"])
      fs.writeFileSync(path.join(root, "shims", python), shims[name] ?? "", { mode: 0o755 });
    return root;
  }

  async function processes(folder: string, PATH: string, cacheDir: string): Promise<number> {
    const reporter = { progress: () => {}, warn: (message: string) => assert.fail(message) };
    const environment = { ...bench.environment(), PATH };
    const packager = createPackager(bench.settings({ environment, cacheDir }), reporter);
    const request = requestFor(folder, { project: "project", handler: "app.handler" });
    const artifact = await packager.package(request, { reporter });
    assert.deepEqual(shippedPaths(artifact), ["app.py"]);
    if (canCall("3.11"))
      assert.equal((await callHandler(artifact, { handler: "app.handler", minor: "3.11" })).value, 1);
    packager.cancel();
    return packager.uvProcesses();
  }

  for (const name of Object.keys(shims)) {
    it(`${name}: an installed Python is used although none is activated, and an unchanged build starts no uv`, async () => {
      const root = manager(name);
      const bin = path.join(root, installs[name] ?? "", "3.13.7", "bin");
      fs.mkdirSync(bin, { recursive: true });
      fs.symlinkSync(real, path.join(bin, "python3"));
      const [folder, store, PATH] = [await project(), bench.fresh("store"), path.join(root, "shims")];
      assert.ok((await processes(folder, PATH, store)) > 0);
      assert.equal(await processes(folder, PATH, store), 0);
    });

    it(`${name}: a Python behind the shims is used, and an unchanged build starts no uv`, async () => {
      const PATH = [path.join(manager(name), "shims"), path.dirname(real)].join(path.delimiter);
      const [folder, store] = [await project(), bench.fresh("store")];
      assert.ok((await processes(folder, PATH, store)) > 0);
      assert.equal(await processes(folder, PATH, store), 0);
    });
  }

  it("starts no uv again where no Python fits, either", async () => {
    const [folder, store, PATH] = [await project(), bench.fresh("store"), path.join(manager("pyenv"), "shims")];
    assert.ok((await processes(folder, PATH, store)) > 0);
    assert.equal(await processes(folder, PATH, store), 0);
  });
});
