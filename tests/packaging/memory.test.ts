import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { failure } from "../support/refused.js";
import { contentOf, openBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";

const wheels = [
  { name: "greeting-lib", version: "1.0", files: { "greeting_lib.py": "VERSION = 1\n" } },
  { name: "greeting-lib", version: "1.1", files: { "greeting_lib.py": "VERSION = 11\n" } },
  { name: "backport-lib", version: "1.0", files: { "backport_lib.py": "" } },
];

const workspace: Fixture = {
  name: "memory",
  wheels,
  files: {
    "project/pyproject.toml": '[tool.uv.workspace]\nmembers = ["members/*"]\n',
    "project/members/api/pyproject.toml": pyproject({
      name: "api",
      members: ["low"],
      dependencies: ["greeting-lib==1.0"],
    }),
    "project/members/api/handler.py": "def handler(event, context):\n    return 1\n",
    "project/members/low/pyproject.toml": pyproject({ name: "low", backend: "uv_build" }),
    "project/members/low/src/low/__init__.py": "LOW = 1\n",
  },
  cases: [],
};
const wanted = { project: "project/members/api" };

/** A uv that runs `meddle` (shell, in the project) before one kind of command, and then does its work. */
function meddlingUv(bench: PackagingBench, command: string, meddle: string): string {
  const shim = path.join(bench.fresh("shim"), "uv");
  fs.mkdirSync(path.dirname(shim), { recursive: true });
  fs.writeFileSync(shim, `#!/bin/sh\ncase "$*" in ${command}) ${meddle};; esac\nexec "${bench.uv}" "$@"\n`, {
    mode: 0o755,
  });
  return shim;
}

describe("what is remembered", () => {
  let bench: PackagingBench;

  before(function () {
    bench = openBench(this);
  });

  after(() => bench?.remove());

  it("is never made from a local package that changed while it was built", async () => {
    const folder = await bench.prepare(workspace);
    const module = path.join(folder, "project/members/low/src/low/__init__.py");
    const uv = meddlingUv(bench, '"build "*', `echo 'LOW = 2' > '${module}'`);
    const error = await failure(bench.build(folder, wanted, { uv }));
    assert.equal(error.code, "BAD_FILE");
    assert.match(error.message, /members\/low changed while it was being packed/);
    fs.writeFileSync(module, "LOW = 1\n");
    const artifact = await bench.build(folder, wanted, { uv: bench.uv });
    assert.equal(contentOf(artifact).get("low/__init__.py")?.toString(), "LOW = 1\n");
  });

  it("is never installed from a lock that changed since it was read", async () => {
    const folder = await bench.prepare(workspace);
    const root = path.join(folder, "project");
    const [toml, lock] = [path.join(root, "members/api/pyproject.toml"), path.join(root, "uv.lock")];
    const old = { toml: fs.readFileSync(toml, "utf8"), lock: fs.readFileSync(lock, "utf8") };
    fs.writeFileSync(toml, old.toml.replace("greeting-lib==1.0", "greeting-lib==1.1"));
    await bench.lock(root);
    const bumped = path.join(folder, "bumped.lock");
    fs.copyFileSync(lock, bumped);
    fs.writeFileSync(toml, old.toml);
    fs.writeFileSync(lock, old.lock);
    const settings = {
      cacheDir: bench.fresh("store"),
      uv: meddlingUv(
        bench,
        '"export "*',
        `echo x >> '${folder}/exports'; [ $(wc -l < '${folder}/exports') -lt 2 ] || cp '${bumped}' '${lock}'`,
      ),
    };
    // The closure is remembered from the first build, so the second asks for the text of the export again.
    assert.ok(await bench.build(folder, { ...wanted, runtime: "python3.12" }, settings));
    const error = await failure(bench.build(folder, { ...wanted, runtime: "python3.13" }, settings));
    assert.match(error.message, /uv\.lock changed while it was being packed/);
    fs.writeFileSync(lock, old.lock);
    const artifact = await bench.build(folder, wanted, { cacheDir: settings.cacheDir });
    assert.equal(artifact.packages["greeting-lib"], "1.0");
  });

  it("is nothing of a stale lock, though packages are installed while the lock is still being checked", async () => {
    const folder = await bench.prepare(workspace);
    const toml = path.join(folder, "project/members/api/pyproject.toml");
    fs.writeFileSync(toml, fs.readFileSync(toml, "utf8").replace("greeting-lib==1.0", "greeting-lib==1.1"));
    const seen = (name: string) => path.join(folder, name);
    // The check's answer comes after the installation, in any case after a minute.
    const wait = `i=0; while [ ! -e '${seen("installed")}' ] && [ $i -lt 1200 ]; do sleep 0.05; i=$((i+1)); done; sleep 0.5`;
    const settings = {
      cacheDir: bench.fresh("store"),
      concurrency: 3,
      uv: meddlingUv(
        bench,
        '"lock "*',
        `${wait} ;; "pip "*) touch '${seen("installed")}' ;; "build "*) touch '${seen("built")}'`,
      ),
    };
    assert.equal((await failure(bench.build(folder, wanted, settings))).code, "LOCK_STALE");
    assert.ok(fs.existsSync(seen("installed")), "nothing ran beside the check, so this proves nothing");
    assert.ok(!fs.existsSync(seen("built")), "code of the checkout ran");
    const kinds = fs.readdirSync(path.join(settings.cacheDir, "v1"));
    const kept = ["distribution", "localpack", "artifact"].filter(
      (kind) => kinds.includes(kind) && fs.readdirSync(path.join(settings.cacheDir, "v1", kind)).length > 0,
    );
    assert.deepEqual(kept, []);
  });

  it("is asked again when a file changes that computes dependencies, whatever uv's cache has of them", async () => {
    const folder = await bench.prepare({
      name: "dynamic",
      wheels,
      files: {
        "project/pyproject.toml":
          '[project]\nname = "dynamic"\nversion = "1"\nrequires-python = ">=3.11"\ndynamic = ["dependencies"]\n\n' +
          '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n' +
          '[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt", "requirements/more.txt"] }\n\n' +
          '[tool.uv.sources]\nfar = { path = "../far" }\n',
        "project/requirements.txt": "greeting-lib==1.0\nfar\n",
        "project/requirements/more.txt": "",
        "project/src/handler.py": "def handler(event, context):\n    return 1\n",
        "far/setup.py":
          "import os\nfrom setuptools import setup\n" +
          "needs = [open('needs.txt').read(), open(os.path.join('needs', 'more.txt')).read()]\n" +
          "setup(name='far', version='1', py_modules=['far'], install_requires=' '.join(needs).split())\n",
        "far/needs.txt": "",
        "far/needs/more.txt": "",
        "far/far.py": "",
      },
      cases: [],
    });
    const dynamic = { project: "project" };
    assert.equal((await bench.build(folder, dynamic)).packages["greeting-lib"], "1.0");
    const needs = ["project/requirements.txt", "project/requirements/more.txt", "far/needs.txt", "far/needs/more.txt"];
    for (const name of needs) {
      const file = path.join(folder, name);
      const before = fs.readFileSync(file, "utf8");
      fs.appendFileSync(file, "backport-lib\n");
      assert.equal((await failure(bench.build(folder, dynamic))).code, "LOCK_STALE", name);
      fs.writeFileSync(file, before);
    }
  });

  it("is a wheel for the current build settings of the workspace's root", async () => {
    const backend = [
      "import pathlib, zipfile",
      "def build_wheel(folder, config_settings=None, metadata=None):",
      "    name = 'low-0.1.0-py3-none-any.whl'",
      "    files = {'low.py': f'SETTING = {config_settings}\\n', 'low-0.1.0.dist-info/RECORD': '',",
      "             'low-0.1.0.dist-info/METADATA': 'Metadata-Version: 2.1\\nName: low\\nVersion: 0.1.0\\n',",
      "             'low-0.1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n'}",
      "    files['low-0.1.0.dist-info/RECORD'] = ''.join(f'{n},,\\n' for n in files)",
      "    with zipfile.ZipFile(pathlib.Path(folder) / name, 'w') as z:",
      "        for n, t in files.items(): z.writestr(n, t)",
      "    return name",
      "",
    ].join("\n");
    const low = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';
    const folder = await bench.prepare({
      ...workspace,
      files: {
        ...workspace.files,
        "project/pyproject.toml": `${workspace.files["project/pyproject.toml"] as string}[tool.uv.config-settings]\nk = "one"\n`,
        "project/members/low/pyproject.toml": pyproject({ name: "low", more: low }),
        "project/members/low/backend.py": backend,
      },
    });
    const setting = async () =>
      contentOf(await bench.build(folder, wanted))
        .get("low.py")
        ?.toString();
    assert.match((await setting()) ?? "", /one/);
    const root = path.join(folder, "project/pyproject.toml");
    fs.writeFileSync(root, fs.readFileSync(root, "utf8").replace('"one"', '"two"'));
    assert.match((await setting()) ?? "", /two/);
  });

  it("is a lock for the Python versions of all members, and another runtime is refused", async () => {
    const folder = await bench.prepare({
      ...workspace,
      files: {
        ...workspace.files,
        "project/members/api/pyproject.toml": pyproject({
          name: "api",
          dependencies: ["backport-lib; python_version < '3.13'"],
        }),
        "project/members/newer/pyproject.toml": pyproject({ name: "newer", requiresPython: ">=3.13" }),
      },
    });
    const error = await failure(bench.build(folder, { ...wanted, runtime: "python3.11" }));
    assert.equal(error.problems[0]?.property, "runtime");
    assert.match(error.message, /locked for Python >=3\.13.*newer \(>=3\.13\)/s);
    const artifact = await bench.build(folder, { ...wanted, runtime: "python3.13" });
    assert.deepEqual(artifact.packages, {});
  });
});
