import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { normaliseInstalled } from "../../../provider/packaging/install/distributions.js";
import { readPlainWheel } from "../../../provider/packaging/install/plainWheel.js";
import { resolveTarget } from "../../../provider/runtimes/index.js";
import { installWheels } from "../../../provider/uv/install.js";
import { makeWheel, type WheelSpec } from "../../support/wheels.js";
import { Bench } from "./bench.js";

const { target } = resolveTarget("python3.13", "x86_64");

const plain: Readonly<Record<string, WheelSpec>> = {
  "one module": { name: "core" },
  "a package with entry points, data and scripts at its root": {
    name: "My.Lib",
    version: "2.0",
    files: {
      "my_lib/__init__.py": "",
      "my_lib/deep/er/data.txt": "text",
      "my_lib/run.sh": "#!/bin/sh\n",
      "bin/tool": "#!/usr/bin/env python3\n",
      "empty.py": "",
      "my_lib/__pycache__/old.pyc": "",
      "my_lib/__pycache__/deep/er.py": "",
    },
    entryPoints: "[console_scripts]\nmy-tool = my_lib:main\n",
    requiresPython: ">=3.9",
    distInfo: { "licenses/LICENSE": "text", "direct_url.json": "{}" },
  },
  "a namespace package without dependencies": { name: "ns", files: { "ns/part/mod.py": "X = 1\n" } },
};

const others: Readonly<Record<string, WheelSpec>> = {
  "a .data folder": { name: "data", files: { "data.py": "", "data-1.0.0.data/scripts/run": "#!python\n" } },
  "another Python": { name: "old", requiresPython: "<3.13" },
  "a version that requires-python does not name": { name: "odd", requiresPython: "three" },
  "two dist-info folders": { name: "two", files: { "two.py": "", "other-1.dist-info/METADATA": "Name: other\n" } },
  "names that differ only in case": { name: "case", files: { "case/A.py": "", "case/a.py": "" } },
  "a file that is a folder, too": { name: "both", files: { "both/a": "", "both/a/b.py": "" } },
  "a path out of it": { name: "out", files: { "out.py": "", "../evil.py": "" } },
  "an absolute path": { name: "root", files: { "root.py": "", "/evil.py": "" } },
  "a native file": { name: "native", files: { "native/lib.so": "\x7fELF" } },
  "a name that is not in NFC": { name: "nfd", files: { "nfd/cafe\u0301.py": "" } },
  "a later form of wheels": { name: "later", distInfo: { WHEEL: "Wheel-Version: 2.0\n" } },
  "another name inside": { name: "inside", distInfo: { METADATA: "Name: other\nVersion: 1.0.0\n" } },
  "another version inside": { name: "inside", distInfo: { METADATA: "Name: inside\nVersion: 2\n" } },
};

describe("plain wheels, beside the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  for (const [what, spec] of Object.entries(plain))
    it(`ships what uv installs: ${what}`, async () => {
      const wheel = makeWheel(spec, bench.folder("wheels"));
      const ours = await readPlainWheel(wheel, target);
      assert.ok(ours);
      const uvs = bench.folder("uvs");
      await installWheels(bench.uv, { wheels: [wheel], root: bench.root, target, folder: uvs });
      const shipped = async (from: Parameters<typeof normaliseInstalled>[0]) => {
        const { tree, ...facts } = await normaliseInstalled(from, { isBuiltHere: () => true });
        return { ...facts, tree: tree.map(({ source: _, ...entry }) => entry) };
      };
      assert.deepEqual(await shipped(ours), await shipped(uvs));
      assert.ok((await shipped(ours)).tree.length >= 4);
    });

  for (const [what, spec] of Object.entries(others))
    it(`leaves to uv: ${what}`, async () => {
      const wheel = makeWheel(spec, bench.folder("wheels"));
      assert.equal(await readPlainWheel(wheel, target), undefined);
    });

  it("leaves to uv any file that is not a readable archive", async () => {
    const wheel = path.join(bench.folder("wheels"), "core-1.0.0-py3-none-any.whl");
    fs.writeFileSync(wheel, "no zip");
    assert.equal(await readPlainWheel(wheel, target), undefined);
  });
});
