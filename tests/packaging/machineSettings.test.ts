import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

/** Settings that the uv.toml of a user or system may add to the options of a lock. */
const settings: Readonly<Record<string, string>> = {
  "exclude-newer, a span": 'exclude-newer = "9 days"',
  "exclude-newer, a date": 'exclude-newer = "2026-02-03T00:00:00Z"',
  "exclude-newer-package": 'exclude-newer-package = { idna = "3 weeks", click = "2026-02-03", attrs = false }',
  resolution: 'resolution = "lowest"',
  prerelease: 'prerelease = "disallow"',
  "fork-strategy": 'fork-strategy = "fewest"',
  "dependency-metadata": '[[dependency-metadata]]\nname = "idna"\nversion = "3.7"\nrequires-dist = []',
  several: 'prerelease = "allow"\nresolution = "lowest-direct"\nexclude-newer = "P30D"',
};

/** Where a machine keeps them: the variable that leads uv there. */
const places: Readonly<Record<string, (file: string) => Record<string, string>>> = {
  user: (file) => ({ XDG_CONFIG_HOME: path.dirname(path.dirname(file)) }),
  system: (file) => ({ XDG_CONFIG_DIRS: path.dirname(path.dirname(file)) }),
  UV_CONFIG_FILE: (file) => ({ UV_CONFIG_FILE: file }),
};

describe("A machine's own settings for uv", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  after(() => bench?.remove());

  function project(tool = ""): string {
    const folder = bench.fresh("settings");
    fs.mkdirSync(path.join(folder, "project"), { recursive: true });
    const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, "project", name), text);
    write("pyproject.toml", `[project]\nname = "plain"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n${tool}`);
    write("app.py", "def handler(event, context):\n    return 1\n");
    return folder;
  }

  function settingsFile(text: string): string {
    const file = path.join(bench.fresh("config"), "uv", "uv.toml");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  }

  async function lock(folder: string, more: Record<string, string> = {}): Promise<void> {
    const env = { ...bench.environment(), ...more };
    const { code, stderr } = await runCommand([bench.uv, "lock"], { cwd: path.join(folder, "project"), env });
    assert.equal(code, 0, stderr);
  }

  /** Builds on a machine with its own store, where nothing is remembered. */
  function build(folder: string, more: Record<string, string> = {}) {
    const environment = { ...bench.environment(), ...more };
    const cacheDir = bench.fresh("store");
    return bench.build(folder, { project: "project", handler: "app.handler" }, { environment, cacheDir });
  }

  for (const [place, variables] of Object.entries(places)) {
    for (const [what, text] of Object.entries(settings)) {
      it(`${place}, ${what}: a lock that was made with it, and one without, are fresh on both machines`, async () => {
        const machine = variables(settingsFile(text));
        const [withIt, withoutIt] = [project(), project()];
        await lock(withIt, machine);
        await lock(withoutIt);
        const hashes = new Set<string>();
        for (const folder of [withIt, withoutIt])
          for (const more of [machine, {}]) {
            const artifact = await build(folder, more);
            assert.deepEqual(shippedPaths(artifact), ["app.py"]);
            hashes.add(artifact.outputHash);
          }
        assert.equal(hashes.size, 1);
      });
    }
  }

  for (const [place, variables] of Object.entries(places))
    for (const preference of ["only-managed", "only-system"])
      it(`${place}, python-preference = "${preference}": any interpreter that exists is used`, async () => {
        const folder = await bench.prepare({
          name: "preference",
          files: {
            "project/pyproject.toml": pyproject({ name: "app", dependencies: ["helpers"], backend: "uv_build" }),
            "project/src/app/__init__.py": "def handler(event, context):\n    return event['name']\n",
          },
          wheels: [{ name: "helpers" }],
          cases: [],
        });
        const machine = variables(settingsFile(`python-preference = "${preference}"`));
        const environment = { ...bench.environment(), ...machine, UV_PYTHON_INSTALL_DIR: bench.fresh("none") };
        const wanted = { project: "project", handler: "app.handler", bytecode: true };
        const plain = await bench.build(folder, wanted, { cacheDir: bench.fresh("store") });
        const found = await bench.build(folder, wanted, { environment, cacheDir: bench.fresh("store") });
        assert.equal(found.outputHash, plain.outputHash);
        assert.ok(shippedPaths(found).includes("app/__init__.py"));
        if (canCall("3.11"))
          assert.equal((await callHandler(found, { handler: wanted.handler, minor: "3.11" })).value, "x");
      });

  it("does not hide what the project itself changed", async () => {
    const folder = project('[tool.uv]\nresolution = "lowest-direct"\n');
    await lock(folder);
    const file = path.join(folder, "project", "pyproject.toml");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("lowest-direct", "lowest"));
    const machine = { XDG_CONFIG_HOME: path.dirname(path.dirname(settingsFile('resolution = "lowest-direct"'))) };
    for (const more of [{}, machine])
      await assert.rejects(build(folder, more), { code: "LOCK_STALE", message: /resolution mode/ });
  });

  it("keeps the project's own with a file in UV_CONFIG_FILE, and the indexes of the machine's", async () => {
    const folder = project('[tool.uv]\nprerelease = "allow"\n');
    await lock(folder);
    const file = settingsFile(
      'fork-strategy = "fewest"\n[[index]]\nname = "ours"\nurl = "http://127.0.0.1:9/simple"\n',
    );
    await build(folder, { UV_CONFIG_FILE: file });
    assert.match(fs.readFileSync(file, "utf8"), /fork-strategy/);
  });

  it("sees the rest of the user's folder as it is", async () => {
    const folder = project();
    await lock(folder);
    const file = settingsFile('exclude-newer = "9 days"');
    const git = path.join(path.dirname(path.dirname(file)), "git");
    fs.mkdirSync(git);
    await build(folder, { XDG_CONFIG_HOME: path.dirname(git) });
    assert.ok(fs.existsSync(git), "only the link is removed");
  });
});
