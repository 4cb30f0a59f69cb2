import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { formats } from "../../provider/formats/index.js";
import type { UvLambdaError } from "../../provider/lib/errors.js";
import { refused } from "../support/refused.js";
import { importablePaths, openBench, shippedPaths, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

const modules = ["alpha", "beta"];
const handler = "import alpha, beta\ndef handler(event, context): return [alpha.VERSION, beta.VERSION]\n";

interface Restricted {
  readonly environments: readonly string[];
  readonly refused: Partial<Wanted>;
  /** What the hint offers besides a further environment, and where the problem appears. */
  readonly offers: RegExp;
  readonly property: string;
}

const x86 = "sys_platform == 'linux' and platform_machine == 'x86_64'";
const restrictions: readonly Restricted[] = [
  { environments: [x86], refused: {}, offers: /architecture: "x86_64"/, property: "architecture" },
  { environments: ["platform_machine == 'arm64'"], refused: {}, offers: /'aarch64'/, property: "project" },
  {
    environments: ["sys_platform == 'darwin'", "sys_platform == 'win32'"],
    refused: { architecture: "x86_64" },
    offers: /tool\.uv\.environments/,
    property: "project",
  },
  { environments: ["os_name == 'nt'"], refused: {}, offers: /os_name == 'posix'/, property: "project" },
  {
    environments: ["python_version == '3.13'"],
    refused: { architecture: "x86_64" },
    offers: /runtime: "python3\.13"/,
    property: "runtime",
  },
  {
    environments: ["python_full_version < '3.11'"],
    refused: {},
    offers: /runtime: "python3\.10"/,
    property: "runtime",
  },
  { environments: ["implementation_name == 'pypy'"], refused: {}, offers: /cpython/, property: "project" },
  {
    environments: ["platform_python_implementation != 'CPython'"],
    refused: {},
    offers: /CPython/,
    property: "project",
  },
];

function fixture(environments: readonly string[], more = ""): Fixture {
  const uv = `[tool.uv]\nenvironments = ${JSON.stringify(environments)}\n${more}`;
  return {
    name: "restricted",
    wheels: modules.map((name) => ({ name })),
    files: {
      "project/pyproject.toml": pyproject({ name: "app", dependencies: modules, more: uv }),
      "project/handler.py": handler,
    },
    cases: [],
  };
}

describe("a lock that is restricted to environments", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  beforeEach(() => void (bench.messages.length = 0));
  after(() => bench?.remove());

  for (const { environments, refused: wanted, offers, property } of restrictions) {
    it(`${environments.join(" | ")}: refused before anything is built, and the proposed environment works`, async () => {
      const folder = await bench.prepare(fixture(environments));
      const build = () => bench.build(folder, { project: "project", ...wanted });
      const error = await refused(build(), "TARGET_NOT_LOCKED", offers);
      for (const word of ["uv.lock", "python3.11", wanted.architecture ?? "arm64"])
        assert.ok(error.message.includes(word), `${word}: ${error.message}`);
      assert.deepEqual(
        error.problems.map((problem) => problem.property),
        [property],
      );
      await follow(folder, error);
      const artifact = await build();
      assert.deepEqual(shippedPaths(artifact), ["alpha/__init__.py", "beta/__init__.py", "handler.py"]);
      assert.deepEqual(bench.messages, []);
      if (canCall("3.11"))
        assert.deepEqual((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, [
          "1.0.0",
          "1.0.0",
        ]);
    });
  }

  /** Adds the environment that the hint names, and locks. */
  async function follow(folder: string, error: UvLambdaError): Promise<void> {
    const proposed = /add "([^"]+)"/.exec(error.hint ?? "")?.[1];
    assert.ok(proposed, error.hint);
    const file = path.join(folder, "project", "pyproject.toml");
    const text = fs.readFileSync(file, "utf8").replace("environments = [", `environments = ["${proposed}", `);
    fs.writeFileSync(file, text);
    await bench.lock(path.join(folder, "project"));
  }

  it("the other architecture and the other runtime that the hint names work", async () => {
    const machine = await bench.prepare(fixture([x86]));
    assert.deepEqual(shippedPaths(await bench.build(machine, { project: "project", architecture: "x86_64" })), [
      "alpha/__init__.py",
      "beta/__init__.py",
      "handler.py",
    ]);
    const python = await bench.prepare(fixture(["python_version >= '3.13'"]));
    await refused(bench.build(python, { project: "project" }), "TARGET_NOT_LOCKED", /runtime: "python3\.13"/);
    const artifact = await bench.build(python, { project: "project", runtime: "python3.13" });
    assert.deepEqual(artifact.packages, { alpha: "1.0.0", beta: "1.0.0" });
  });

  for (const packageFormat of Object.keys(formats) as (keyof typeof formats)[])
    it(`is refused as ${packageFormat}, nothing is made, and what the hint names answers`, async () => {
      const folder = await bench.prepare(fixture([x86]));
      const cacheDir = bench.fresh("store");
      const build = () => bench.build(folder, { project: "project", packageFormat }, { cacheDir });
      const listing = () => fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
      const before = listing();
      const error = await refused(build(), "TARGET_NOT_LOCKED", /aarch64/);
      assert.deepEqual(listing(), before);
      for (const kind of ["artifact", "distribution", "installation", "localpack", "ownpack", ".temporary"]) {
        const entries = path.join(cacheDir, "v1", kind);
        assert.deepEqual(fs.existsSync(entries) ? fs.readdirSync(entries) : [], [], kind);
      }
      await follow(folder, error);
      const artifact = await build();
      assert.deepEqual(importablePaths(artifact), ["alpha/__init__.py", "beta/__init__.py", "handler.py"]);
      if (!canCall("3.11")) return;
      const { value } = await callHandler(artifact, { handler: "handler.handler", minor: "3.11" });
      assert.deepEqual(value, ["1.0.0", "1.0.0"]);
    });

  for (const wanted of [
    { packageFormat: "layer" },
    { packageFormat: "image" },
    {
      contents: "dependencies",
      packageFormat: "layer",
      checks: { handler: "off", binaries: "error", collisions: "error", sizes: "error" },
    },
  ] as const)
    it(`is refused for ${JSON.stringify(wanted)}, also when the store knows the lock`, async () => {
      const folder = await bench.prepare(fixture([x86]));
      await bench.build(folder, { project: "project", ...wanted, architecture: "x86_64" });
      await refused(bench.build(folder, { project: "project", ...wanted }), "TARGET_NOT_LOCKED", /aarch64/);
    });

  it("required-environments restricts nothing", async () => {
    const text = fixture([]).files["project/pyproject.toml"] as string;
    const wide = text.replace("environments = []", `required-environments = ["${x86}"]`);
    const folder = await bench.prepare({
      ...fixture([]),
      files: { ...fixture([]).files, "project/pyproject.toml": wide },
    });
    const artifact = await bench.build(folder, { project: "project" });
    assert.deepEqual(artifact.packages, { alpha: "1.0.0", beta: "1.0.0" });
  });

  it("environments that hold on the target pass, decided at the patch release that Lambda runs", async () => {
    const folder = await bench.prepare(fixture(["python_full_version >= '3.11.4' and sys_platform == 'linux'"]));
    const artifact = await bench.build(folder, { project: "project" });
    assert.deepEqual(artifact.packages, { alpha: "1.0.0", beta: "1.0.0" });
  });
});

describe("dependencies, none of which applies,", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  beforeEach(() => void (bench.messages.length = 0));
  after(() => bench?.remove());

  const project = (dependencies: readonly string[], more = ""): Fixture => ({
    ...fixture([]),
    files: {
      "project/pyproject.toml": pyproject({ name: "app", dependencies, more }),
      "project/handler.py": "def handler(event, context): return 1\n",
    },
  });

  it("are built with a warning that names them, because a project may intend that", async () => {
    const markers = ["alpha; sys_platform == 'win32'", "beta; platform_machine == 'x86_64'"];
    const folder = await bench.prepare(project(markers));
    const artifact = await bench.build(folder, { project: "project" });
    assert.deepEqual(artifact.packages, {});
    assert.equal(bench.messages.length, 1);
    assert.match(
      bench.messages[0]!,
      /none of them applies to python3\.11 on arm64[^]*alpha \(sys_platform == 'win32'\)/,
    );
    bench.messages.length = 0;
    await bench.build(folder, { project: "project", architecture: "x86_64" });
    assert.deepEqual(bench.messages, []);
  });

  it("of which an override drops all are built with a warning", async () => {
    const more = "[tool.uv]\noverride-dependencies = [\"alpha; sys_platform == 'never'\"]\n";
    const folder = await bench.prepare(project(["alpha"], more));
    await bench.build(folder, { project: "project" });
    assert.match(bench.messages.join("\n"), /none of them applies/);
  });

  it("and that the lock alone restricts are an error", async () => {
    const folder = await bench.prepare(project(["alpha"]));
    const lock = path.join(folder, "project", "uv.lock");
    const text = fs.readFileSync(lock, "utf8");
    const restricted = text.replace(
      /(dependencies = \[\n {4}\{ name = "alpha")( \})/,
      "$1, marker = \"sys_platform == 'win32'\"$2",
    );
    assert.notEqual(restricted, text);
    fs.writeFileSync(lock, restricted);
    await refused(
      bench.build(folder, { project: "project" }),
      "TARGET_NOT_LOCKED",
      /alpha \(sys_platform == 'win32'\)[^]*no marker/,
    );
  });

  it("are ignored if the package ships from a folder, and only other targets take it from an index", async () => {
    const source = (marker: string) => `[tool.uv.sources]\nalpha = [{ path = "local", marker = "${marker}" }]\n`;
    const build = async (marker: string) => {
      const { files, ...rest } = project(["alpha"], source(marker));
      const local = {
        "project/local/pyproject.toml": pyproject({ name: "alpha", backend: "uv_build" }),
        "project/local/src/alpha/__init__.py": "VERSION = 'local'\n",
      };
      return bench.build(await bench.prepare({ ...rest, files: { ...files, ...local } }), { project: "project" });
    };
    assert.ok(shippedPaths(await build("sys_platform == 'linux'")).includes("alpha/__init__.py"));
    assert.deepEqual(bench.messages, []);
  });

  it("are ignored if they are pruned, or if there are none", async () => {
    const folder = await bench.prepare(project(["alpha"]));
    await bench.build(folder, { project: "project", prune: ["alpha"] });
    await bench.build(await bench.prepare(project([])), { project: "project" });
    assert.deepEqual(bench.messages, []);
  });
});

describe("markers of patch releases", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  before(function () {
    bench = openBench(this);
  });
  beforeEach(() => void (bench.messages.length = 0));
  after(() => bench?.remove());

  const dependencies = [
    "alpha; python_full_version >= '3.11.4'",
    "beta; python_full_version < '3.11.3'",
    "gamma; implementation_version >= '3.11.60'",
  ];
  const patched: Fixture = {
    name: "patched",
    wheels: ["alpha", "beta", "gamma"].map((name) => ({ name })),
    files: {
      "project/pyproject.toml": pyproject({ name: "app", dependencies }),
      "project/handler.py": "import alpha\ndef handler(event, context): return alpha.VERSION\n",
    },
    cases: [],
  };

  it("are evaluated for the Python that Lambda runs, and a doubtful one is reported once", async () => {
    const folder = await bench.prepare(patched);
    const artifact = await bench.build(folder, { project: "project" });
    assert.deepEqual(shippedPaths(artifact), ["alpha/__init__.py", "handler.py"]);
    assert.equal(bench.messages.length, 1, bench.messages.join("\n"));
    assert.match(bench.messages[0]!, /gamma 1\.0\.0 does not ship[^]*3\.11\.60[^]*python3\.11/);
    if (canCall("3.11"))
      assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, "1.0.0");
  });
});
