import assert from "node:assert/strict";
import * as path from "node:path";
import { whyNotRunnable } from "../aws/runner/runHandler.js";
import { runCommand } from "../support/commands.js";
import { sayLeftOut, skip } from "../support/skip.js";
import type { WheelSpec } from "../support/wheels.js";
import { refused } from "../support/refused.js";
import { contentOf, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, writeFixture, type Fixture } from "./support/fixture.js";
import { callHandler } from "./support/run.js";

const machines = { arm64: "aarch64", x86_64: "x86_64" } as const;
const minors = [10, 11, 12, 13, 14];

function native(tag: string): WheelSpec {
  return { name: "native", tag, files: { "native/__init__.py": `TAG = "${tag}"\n` } };
}

const everyTarget: Fixture = {
  name: "targets",
  wheels: [
    ...Object.values(machines).flatMap((machine) => [
      ...minors.flatMap((minor) =>
        ["manylinux_2_17", "manylinux_2_28", "manylinux_2_39", "musllinux_1_2"].map((platform) =>
          native(`cp3${minor}-cp3${minor}-${platform}_${machine}`),
        ),
      ),
      { name: "stable-abi", tag: `cp39-abi3-manylinux2014_${machine}` },
      { name: "too-new", tag: `cp311-cp311-manylinux_2_34_${machine}` },
      { name: "too-new", version: "0.9.0", tag: `cp311-cp311-manylinux_2_34_${machine}` },
      { name: "too-new", version: "0.5.0", tag: `cp311-cp311-manylinux_2_17_${machine}` },
    ]),
    native("cp311-cp311-win_amd64"),
    native("cp311-cp311-macosx_11_0_arm64"),
    { name: "too-new", tag: "cp311-cp311-macosx_11_0_arm64" },
  ],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      dependencies: ["native", "stable-abi"],
      more: '[dependency-groups]\nnew = ["too-new"]\n',
    }),
    "project/handler.py": "import native, stable_abi\ndef handler(event, context):\n    return native.TAG\n",
  },
  cases: [],
};

describe("targets", function () {
  this.timeout(300_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(everyTarget, (...opened) => ([bench, folder] = opened));

  for (const minor of minors)
    for (const [architecture, machine] of Object.entries(machines) as ["arm64" | "x86_64", string][])
      it(`python3.${minor} on ${architecture}: the newest glibc that the runtime has, never a newer one`, async () => {
        const runtime = `python3.${minor}`;
        const artifact = await bench.build(folder, { project: "project", architecture, runtime });
        // Amazon Linux 2 has glibc 2.26, Amazon Linux 2023 has 2.34.
        const tag = `cp3${minor}-cp3${minor}-manylinux_2_${minor < 12 ? 17 : 28}_${machine}`;
        const content = contentOf(artifact);
        assert.equal(content.get("native/__init__.py")?.toString(), `TAG = "${tag}"\n`);
        assert.match(content.get("native-1.0.0.dist-info/WHEEL")?.toString() ?? "", new RegExp(`^Tag: ${tag}$`, "m"));
        const reason =
          architecture === "x86_64" ? whyNotRunnable(`3.${minor}`) : "other machines cannot be called here";
        if (reason !== undefined) return sayLeftOut(`the call of the handler: ${reason}`);
        const { value } = await callHandler(artifact, { handler: "handler.handler", minor: `3.${minor}` });
        assert.equal(value, tag);
      });

  it("no wheel for the target: the error names package, version, the wanted and existing wheels, and the fixes", async () => {
    const wanted = { project: "project", onlyGroups: ["new"], architecture: "arm64", runtime: "python3.11" } as const;
    const error = await refused(bench.build(folder, wanted), "NO_WHEEL", /too-new 1\.0\.0/);
    const text = `${error.message}\n${error.hint ?? ""}`;
    assert.match(text, /wanted [^\n]*cp311[^\n]*manylinux_2_\d+_aarch64/);
    assert.match(text, /offered [^\n]*cp311-cp311-manylinux_2_34_aarch64/);
    assert.match(text, /To fix this, do one of the following:\n- [^\n]*glibc 2\.26/);
    const told = /`uv lock (--upgrade-package) '([\w-]+)==<version>'`/.exec(error.hint ?? "");
    assert.ok(told, error.hint);
    await bench.lock(path.join(folder, "project"), told[1]!, `${told[2]}==0.5.0`);
    assert.equal((await bench.build(folder, wanted)).packages["too-new"], "0.5.0");
  });

  it("real packages with native code are built for both machines, and run", async function () {
    const real: Fixture = {
      name: "real",
      files: {
        "project/pyproject.toml": pyproject({
          name: "app",
          dependencies: ["numpy==2.1.3", "pydantic==2.11.7"],
          requiresPython: ">=3.11",
        }),
        "project/handler.py": [
          "import numpy, pydantic",
          "class Event(pydantic.BaseModel):",
          "    name: str",
          "def handler(event, context):",
          "    return [int(numpy.arange(10).sum()), Event(**event).name]",
          "",
        ].join("\n"),
      },
      cases: [],
    };
    const place = bench.fresh("real");
    await writeFixture(real, place);
    const cwd = path.join(place, "project");
    const locked = await runCommand([bench.uv, "lock"], { cwd, env: bench.environment() });
    if (/error sending request|dns error|Failed to fetch|Could not connect/i.test(locked.stderr))
      skip(this, `needs a package index: ${locked.stderr.trim().split("\n")[0]}`);
    assert.equal(locked.code, 0, locked.stderr);
    for (const architecture of ["arm64", "x86_64"] as const) {
      const artifact = await bench.build(place, { project: "project", architecture, runtime: "python3.12" });
      const objects = [...contentOf(artifact)].filter(([name]) => name.endsWith(".so"));
      assert.ok(objects.length > 10);
      // e_machine of ELF: 183 is AArch64, 62 is x86-64.
      const found = new Set(objects.map(([, bytes]) => bytes.readUInt16LE(18)));
      assert.deepEqual([...found], [architecture === "arm64" ? 183 : 62]);
      assert.deepEqual(artifact.misfits, []);
      assert.deepEqual(artifact.conflicts, []);
      const reason = architecture === "x86_64" ? whyNotRunnable("3.12") : "other machines cannot be called here";
      if (reason !== undefined) {
        sayLeftOut(`the call of the handler: ${reason}`);
        continue;
      }
      const { value } = await callHandler(artifact, { handler: "handler.handler", minor: "3.12" });
      assert.deepEqual(value, [45, "x"]);
    }
  });
});
