import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { auditBinaries, checkBinaries } from "../../../../provider/packaging/checks/binaries.js";
import { readElf } from "../../../../provider/packaging/checks/elf.js";
import { scanFolder } from "../../../../provider/tree/scan.js";
import { elf } from "../../../support/elf.js";
import { Scratch } from "../../support/scratch.js";

const target = { machine: "x86_64", glibc: [2, 34], minor: 13 } as const;

describe("audit of native files", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  async function audit(files: Record<string, string | Uint8Array>, on = target as Parameters<typeof auditBinaries>[1]) {
    const folder = await scratch.make(files);
    return auditBinaries(await scanFolder(folder, { owner: "pkg" }), on);
  }

  const fitting: [what: string, content: string | Uint8Array][] = [
    ["what the target has", elf({ versions: ["GLIBC_2.2.5", "GLIBC_2.34", "CXXABI_1.3.13", "GCC_3.0"] })],
    ["what is only wanted weakly", elf({ versions: ["GLIBC_2.17"], weak: ["GLIBC_2.38"] })],
    ["no library at all", elf({ libraries: [] })],
    ["a script", "#!/bin/sh\n"],
    ["a text that is named like a library", "INPUT(libx.so.1)\n"],
    ["a damaged file", elf({ versions: ["GLIBC_2.38"] }).subarray(0, 90)],
  ];
  for (const [what, content] of fitting)
    it(`passes ${what}`, async () => assert.deepEqual(await audit({ "x.so": content }), []));

  const misfits: [what: string, content: Buffer, reason: string][] = [
    [
      "a newer glibc",
      elf({ versions: ["GLIBC_2.17", "GLIBC_2.38", "GLIBC_2.35"] }),
      "needs GLIBC_2.38, and Lambda has glibc 2.34",
    ],
    [
      "a mark of a newer glibc",
      elf({ versions: ["GLIBC_ABI_DT_RELR"] }),
      "needs GLIBC_ABI_DT_RELR, and Lambda has glibc 2.34",
    ],
    ["another machine", elf({ machine: 183 }), "is built for aarch64, not for x86_64"],
    [
      "musl",
      elf({ libraries: ["libc.musl-x86_64.so.1"] }),
      "is built for musl (libc.musl-x86_64.so.1), and Lambda has glibc",
    ],
  ];
  for (const [what, content, reason] of misfits)
    it(`names ${what}`, async () => {
      const problems = await audit({ "pkg/x.cpython-313-x86_64-linux-gnu.so": content });
      assert.deepEqual(problems, [
        { path: "pkg/x.cpython-313-x86_64-linux-gnu.so", owner: "pkg", reason, importable: true },
      ]);
      const finding = checkBinaries(problems, { runtime: "python3.13", architecture: "x86_64" });
      assert.equal(finding?.code, "NATIVE_MISMATCH");
      assert.equal(finding.certain, true);
      assert.ok(finding.message.includes(`pkg/x.cpython-313-x86_64-linux-gnu.so (pkg) ${reason}`));
    });

  for (const tag of ["cpython-312-x86_64-linux-gnu", "cpython-313-aarch64-linux-gnu", "pypy310-pp73-x86_64-linux-gnu"])
    it(`is silent about x.${tag}.so, which this Python never loads`, async () => {
      assert.deepEqual(await audit({ [`pkg/x.${tag}.so`]: elf({ machine: 183 }) }), []);
    });

  for (const file of ["pkg.libs/libgfortran.so", "pkg/lib-x.so", "pkg/libx.so.1", "bin/tool"])
    it(`only warns of ${file}, which may never be loaded`, async () => {
      const problems = await audit({ [file]: elf({ machine: 183 }) });
      assert.equal(checkBinaries(problems, { runtime: "python3.13", architecture: "x86_64" })?.certain, false);
    });

  it("takes modules without a tag and of the stable ABI for importable", async () => {
    const problems = await audit({ "a.so": elf({ machine: 183 }), "b.abi3.so": elf({ machine: 183 }) });
    assert.deepEqual(
      problems.map((p) => p.importable),
      [true, true],
    );
  });

  it("reads the interpreter that runs here as readelf does", async function () {
    const file = await fs.realpath(process.execPath);
    let text: string;
    try {
      text = execFileSync("readelf", ["-V", file], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch {
      console.log("skipped: needs readelf");
      return this.skip();
    }
    const needs = text.slice(text.indexOf("Version needs section"));
    const expected = [...needs.matchAll(/Name: (\S+)\s+Flags: (\S+)/g)]
      .filter((m) => m[2] !== "WEAK")
      .map((m) => m[1]!);
    assert.ok(expected.length > 0);
    assert.deepEqual((await readElf(file))?.versions, [...new Set(expected)].sort());
    assert.equal(
      (await readElf(file))?.libraries.some((l) => path.basename(l).startsWith("libc.")),
      true,
    );
  });
});
