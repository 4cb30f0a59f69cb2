import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { makeWheel } from "../support/wheels.js";
import { mixedWorkspace } from "./fixtures/workspaces.js";
import { contentOf, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeInto, type Fixture } from "./support/fixture.js";

/** The application's local packages: mid (hatchling), which needs low (setuptools) and far (uv_build). */
const workspace: Fixture = {
  ...mixedWorkspace,
  files: {
    ...mixedWorkspace.files,
    "project/members/mid/pyproject.toml": pyproject({
      name: "mid",
      backend: "hatchling",
      members: ["low", "far"],
      project: 'readme = "README.md"',
    }),
    "project/members/mid/README.md": "# mid\n",
    "project/members/low/src/low/gone.py": "",
    "project/members/low/README.rst": "low\n",
    "outside/real.txt": "real\n",
  },
  prepare: (folder) => {
    fs.symlinkSync("../../../../../outside/real.txt", path.join(folder, "project/members/mid/src/mid/linked.txt"));
    return Promise.resolve();
  },
};
const wanted = { project: "project/members/app" };

interface Edit {
  readonly name: string;
  readonly make: (project: string, bench: PackagingBench) => void | Promise<void>;
}

const append = (file: string, text: string) => (project: string) => fs.appendFileSync(path.join(project, file), text);
const write = (file: string, text: string) => (project: string) => writeInto(project, { [file]: text });
const replace = (file: string, from: string, to: string) => (project: string) => {
  const before = fs.readFileSync(path.join(project, file), "utf8");
  assert.ok(before.includes(from), `${file} does not say ${from}`);
  fs.writeFileSync(path.join(project, file), before.replace(from, to));
};

const changing: readonly Edit[] = [
  { name: "a module of the application", make: append("members/app/handler.py", "# edited\n") },
  { name: "a new data file of the application", make: write("members/app/new.bin", "\0") },
  { name: "a module of a dependency (hatchling)", make: append("members/mid/src/mid/__init__.py", "# edited\n") },
  { name: "data of a dependency (hatchling)", make: write("members/mid/src/mid/data.json", "[2]\n") },
  { name: "the target of a link in a dependency", make: append("../outside/real.txt", "edited\n") },
  {
    name: "a module of a transitive dependency (setuptools)",
    make: append("members/low/src/low/__init__.py", "# e\n"),
  },
  { name: "data of a transitive dependency (setuptools)", make: append("members/low/src/low/low.txt", "edited\n") },
  {
    name: "a deleted module of a transitive dependency (setuptools)",
    make: (project) => fs.rmSync(path.join(project, "members/low/src/low/gone.py")),
  },
  { name: "a module of a transitive dependency (uv_build)", make: append("members/far/src/far/__init__.py", "# e\n") },
  { name: "new data of a transitive dependency (uv_build)", make: write("members/far/src/far/new.txt", "new\n") },
  {
    name: "an entry point of a transitive dependency",
    make: append("members/far/pyproject.toml", '[project.entry-points.plugins]\nx = "far:NAME"\n'),
  },
  { name: "a .gitignore that the backend reads", make: write("members/mid/.gitignore", "linked.txt\n") },
  {
    name: "the version of a member, locked again",
    make: async (project, bench) => {
      replace("members/far/pyproject.toml", '"0.1.0"', '"0.2.0"')(project);
      await bench.lock(project);
    },
  },
  {
    name: "the version of a third-party package, locked again",
    make: async (project, bench) => {
      makeWheel({ name: "beta", version: "1.1.0" }, path.join(project, "..", "index"));
      const env = bench.environment();
      const locked = await runCommand([bench.uv, "lock", "--upgrade-package=beta"], { cwd: project, env });
      assert.equal(locked.code, 0, locked.stderr);
    },
  },
];

const silent: readonly Edit[] = [
  { name: "nothing at all", make: () => {} },
  {
    name: "a module of a member outside of the closure",
    make: append("members/worker/src/worker/__init__.py", "# e\n"),
  },
  { name: "a module of the workspace's root", make: append("root_module.py", "# e\n") },
  { name: "a declared README", make: append("members/mid/README.md", "More.\n") },
  { name: "a README that setuptools finds by itself", make: append("members/low/README.rst", "More.\n") },
  { name: "the application's tests", make: append("members/app/tests/test_handler.py", "assert True\n") },
  { name: "tests beside a packaged member", make: write("members/far/tests/test_far.py", "assert True\n") },
  {
    name: "caches, virtual environments and droppings of build tools",
    make: (project) =>
      writeInto(path.join(project, "members"), {
        "app/__pycache__/handler.cpython-311.pyc": "x",
        "app/.venv/pyvenv.cfg": "home = /usr\n",
        "app/.venv/lib/python3.11/site-packages/x.py": "x = 1\n",
        "app/my-env/pyvenv.cfg": "home = /usr\n",
        "app/my-env/lib/y.py": "y = 1\n",
        "app/.pytest_cache/v": "x",
        "mid/src/mid/__pycache__/__init__.cpython-311.pyc": "x",
        "mid/.ruff_cache/x": "x",
        "low/build/lib/low/ghost.py": "x = 1\n",
        "low/src/low.egg-info/SOURCES.txt": "src/low/ghost.py\n",
        "far/dist/far-0.1.0.tar.gz": "x",
      }),
  },
  { name: "times of all files", make: (project) => touchAll(path.join(project, "..")) },
  {
    name: "another version of hatchling",
    make: replace("members/mid/pyproject.toml", '["hatchling"]', '["hatchling==1.25.0"]'),
  },
];

describe("what changes an artifact, with a warm uv cache:", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  let last: string;
  useBench(workspace, (...opened) => ([bench, folder] = opened));
  before(async () => (last = (await bench.build(folder, wanted)).outputHash));

  async function hashAfter({ make }: Edit): Promise<[before: string, after: string]> {
    await make(path.join(folder, "project"), bench);
    const previous = last;
    last = (await bench.build(folder, wanted)).outputHash;
    return [previous, last];
  }

  for (const edit of silent)
    it(`not ${edit.name}`, async () => {
      const [previous, now] = await hashAfter(edit);
      assert.equal(now, previous);
    });

  for (const edit of changing)
    it(edit.name, async () => {
      const [previous, now] = await hashAfter(edit);
      assert.notEqual(now, previous);
    });

  it("not another uv", async function () {
    const floor = findTool("uv", "UVLAMBDA_TEST_UV_FLOOR");
    if (floor === undefined || floor === bench.uv) skip(this, "needs another uv in UVLAMBDA_TEST_UV_FLOOR");
    const other = await bench.build(folder, wanted, { uv: floor });
    assert.equal(other.cacheHit, false);
    assert.equal(other.outputHash, last);
  });

  it("not a module that was deleted and comes back", async () => {
    const file = path.join(folder, "project/members/low/src/low/gone.py");
    fs.writeFileSync(file, "");
    const withModule = await bench.build(folder, wanted);
    assert.ok(contentOf(withModule).has("low/gone.py"));
    fs.rmSync(file);
    const without = await bench.build(folder, wanted);
    assert.ok(!contentOf(without).has("low/gone.py"));
    assert.equal(without.outputHash, last);
  });
});

function touchAll(folder: string): void {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) fs.utimesSync(path.join(entry.parentPath, entry.name), 1_000_000_000, 1_000_000_000);
}
