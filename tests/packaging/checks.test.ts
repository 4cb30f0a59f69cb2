import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ErrorCode } from "../../provider/lib/errors.js";
import type { PackageRequest } from "../../provider/packaging/request.js";
import { artifactTree } from "../../provider/packaging/artifact/assemble.js";
import { elf } from "../support/elf.js";
import { refused } from "../support/refused.js";
import { useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";
import { callHandler, canCall } from "./support/run.js";

const aarch64 = 183;
const extension = "speed.cpython-311-aarch64-linux-gnu.so";

/** A project in which each check finds something if the request is wrong. */
const flawed: Fixture = {
  name: "flawed",
  wheels: [
    { name: "wrong-machine", tag: "cp311-cp311-manylinux_2_17_aarch64", files: { [`wrong/${extension}`]: elf() } },
    {
      name: "right-machine",
      tag: "cp311-cp311-manylinux_2_17_aarch64",
      files: { [`right/${extension}`]: elf({ machine: aarch64, versions: ["GLIBC_2.17"] }) },
    },
    { name: "clash-a", files: { "clash.py": "A = 1\n", "clash_same.py": "", "tests/__init__.py": "a = 1\n" } },
    { name: "friend-b", files: { "clash_same.py": "", "tests/__init__.py": "b = 1\n" } },
  ],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      more: [
        "[dependency-groups]",
        'bad-binary = ["wrong-machine"]',
        'good-binary = ["right-machine"]',
        'clash = ["clash-a"]',
        'no-clash = ["clash-a", "friend-b"]',
      ].join("\n"),
    }),
    "project/handler.py": "def handler(event, context): pass\n",
    "project/clash.py": "OWN = 1\n",
    "project/again.py": "from handler import *\n",
    "project/broken.py": "import os\ndef handler(:\n",
  },
  prepare: (folder) => {
    const file = fs.openSync(path.join(folder, "project", "big.bin"), "w");
    fs.ftruncateSync(file, 262_144_001);
    fs.closeSync(file);
    return Promise.resolve();
  },
  cases: [],
};

type Check = keyof PackageRequest["checks"];

interface Finding {
  readonly check: Check;
  readonly code: ErrorCode;
  readonly property: string;
  readonly says: RegExp;
  readonly wrong: Partial<Wanted>;
  /** Requests that look similar but must not be reported. */
  readonly alike: Partial<Wanted>;
}

const light = ["big.bin"];
const findings: readonly Finding[] = [
  {
    check: "handler",
    code: "HANDLER_NOT_FOUND",
    property: "handler",
    says: /handler\.py defines no "handle"[^]*Did you mean "handler\.handler"/,
    wrong: { handler: "handler.handle", exclude: light },
    alike: { handler: "again.handler", exclude: light },
  },
  {
    check: "binaries",
    code: "NATIVE_MISMATCH",
    property: "project",
    says: new RegExp(
      `wrong/${extension.replaceAll(".", "\\.")} \\(wrong-machine\\) is built for x86_64, not for aarch64`,
    ),
    wrong: { groups: ["bad-binary"], exclude: light },
    alike: { groups: ["good-binary"], exclude: light },
  },
  {
    check: "collisions",
    code: "FILE_CONFLICT",
    property: "project",
    says: /clash\.py: different bytes in (own files and clash-a|clash-a and own files|[^\n]*clash-a)/,
    wrong: { groups: ["clash"], exclude: light },
    alike: { groups: ["no-clash"], exclude: [...light, "clash.py"] },
  },
  {
    check: "sizes",
    code: "TOO_LARGE",
    property: "project",
    says: /250[^]*exclude/,
    wrong: {},
    alike: { exclude: light },
  },
];

const errors = { handler: "error", binaries: "error", collisions: "error", sizes: "error" } as const;

describe("checks of a build", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(flawed, (...opened) => ([bench, folder] = opened));
  beforeEach(() => void (bench.messages.length = 0));

  for (const { check, code, property, says, wrong, alike } of findings) {
    it(`${check}: an error, a warning or nothing, as the level says`, async () => {
      const wanted = { project: "project", ...wrong };
      const error = await refused(bench.build(folder, { ...wanted, checks: errors }), code, says);
      assert.deepEqual(
        error.problems.map((problem) => problem.property),
        [property],
      );
      assert.match(error.problems[0]?.message ?? "", says);
      assert.deepEqual(bench.messages, []);
      await bench.build(folder, { ...wanted, checks: { ...errors, [check]: "warn" } });
      assert.equal(bench.messages.length, 1);
      assert.match(bench.messages[0]!, says);
      bench.messages.length = 0;
      await bench.build(folder, { ...wanted, checks: { ...errors, [check]: "off" } });
      assert.deepEqual(bench.messages, []);
    });

    it(`${check}: what only looks similar passes`, async () => {
      await bench.build(folder, { project: "project", ...alike, checks: errors });
      assert.deepEqual(bench.messages, []);
    });
  }

  it("sizes: what is installed is judged before any of it is compressed or stored", async () => {
    const store = path.join(bench.folder, "an empty store");
    const layer = { folder, unzippedSize: 262_144_000 };
    const wanted = {
      project: "project",
      groups: ["no-clash"],
      exclude: [...light, "clash.py"],
      layerArtifacts: [layer],
    };
    await refused(bench.build(folder, { ...wanted, checks: errors }, { cacheDir: store }), "TOO_LARGE", /friend-b/);
    const stored = fs.readdirSync(store, { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      stored.filter((name) => /\b(distribution|artifact)\b/.test(name)),
      [],
    );
    await bench.build(folder, { ...wanted, layerArtifacts: [], checks: errors }, { cacheDir: store });
    assert.ok(
      fs.readdirSync(store, { recursive: true, encoding: "utf8" }).some((name) => /\bdistribution\b/.test(name)),
    );
  });

  it("sizes: own files are judged before any of them is compressed or stored", async () => {
    const store = path.join(bench.folder, "another empty store");
    await refused(bench.build(folder, { project: "project", checks: errors }, { cacheDir: store }), "TOO_LARGE", /own/);
    const stored = fs.readdirSync(store, { recursive: true, encoding: "utf8" });
    assert.deepEqual(
      stored.filter((name) => /\b(ownpack|artifact)\b\//.test(name)),
      [],
    );
  });

  it("handler: source that Python cannot read is refused, or a warning where the level says so", async () => {
    const wanted = { project: "project", handler: "broken.handler", exclude: light };
    await refused(bench.build(folder, wanted), "HANDLER_UNUSABLE", /broken\.py:2: "\(" is never closed/);
    await bench.build(folder, { ...wanted, checks: { ...errors, handler: "warn" } });
    assert.match(bench.messages.join("\n"), /broken\.py:2: "\(" is never closed/);
  });

  it("a library that its package opens by name is not taken for a misnamed extension module", async () => {
    const library = (name: string, tag: string) => ({
      [`${name}/lib${name}.${tag}.so`]: elf({ machine: aarch64, versions: ["GLIBC_2.17"] }),
      [`${name}/__init__.py`]: `import pathlib\nSIZE = (pathlib.Path(__file__).parent / "lib${name}.${tag}.so").stat().st_size\n`,
    });
    const place = await bench.prepare({
      name: "opened",
      files: {
        "project/pyproject.toml": pyproject({ name: "app", dependencies: ["racer", "engine"] }),
        "project/handler.py": "import engine, racer\ndef handler(event, context): return engine.SIZE == racer.SIZE\n",
      },
      wheels: [
        { name: "racer", tag: "py3-none-manylinux_2_17_aarch64", files: library("racer", "glibc") },
        { name: "engine", tag: "py3-none-manylinux_2_17_aarch64", files: library("engine", "release-2") },
      ],
      cases: [],
    });
    for (const packageFormat of ["zip", "layer", "image"] as const) {
      bench.messages.length = 0;
      const artifact = await bench.build(place, { project: "project", packageFormat });
      assert.deepEqual(bench.messages, []);
      assert.ok(artifactTree(artifact).some((entry) => entry.path === "racer/libracer.glibc.so"));
      if (canCall("3.11"))
        assert.equal((await callHandler(artifact, { handler: "handler.handler", minor: "3.11" })).value, true);
    }
  });

  it("a handler that a layer may bring is accepted", async () => {
    const wanted = { project: "project", handler: "wrapper.main.handler", exclude: light };
    await refused(bench.build(folder, wanted), "HANDLER_NOT_FOUND", /wrapper/);
    await bench.build(folder, { ...wanted, hasLayers: true });
  });

  it("everything that is wrong is reported at once", async () => {
    const wanted = { project: "project", handler: "handler.handle", groups: ["bad-binary", "clash"], exclude: light };
    const error = await refused(bench.build(folder, wanted), "HANDLER_NOT_FOUND", /handle/);
    assert.deepEqual(
      error.problems.map(({ property }) => property),
      ["handler", "project", "project"],
    );
    assert.match(error.message, /wrong-machine[^]*clash\.py/);
  });
});
