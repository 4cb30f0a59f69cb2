import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { auditBinaries, checkBinaries } from "../../../../provider/packaging/checks/binaries.js";
import { readElf } from "../../../../provider/packaging/checks/elf.js";
import { scanFolder } from "../../../../provider/tree/scan.js";
import { Scratch } from "../../support/scratch.js";

const target = { machine: "x86_64", glibc: [2, 34], minor: 13 } as const;

/** A small 64-bit ELF file whose dynamic section asks for these versions and libraries. */
function elf({
  machine = 62,
  versions = [] as string[],
  weak = [] as string[],
  libraries = ["libc.so.6"],
} = {}): Buffer {
  const strings = Buffer.from(`\0${[...libraries, ...versions, ...weak].join("\0")}\0`);
  const at = (text: string) => strings.indexOf(`\0${text}\0`) + 1;
  const all = [...versions, ...weak];
  const needs = Buffer.alloc(16 + all.length * 16);
  needs.writeUInt16LE(1, 0);
  needs.writeUInt16LE(all.length, 2);
  needs.writeUInt32LE(16, 8);
  all.forEach((version, i) => {
    needs.writeUInt16LE(weak.includes(version) ? 2 : 0, 16 + i * 16 + 4);
    needs.writeUInt32LE(at(version), 16 + i * 16 + 8);
    needs.writeUInt32LE(16, 16 + i * 16 + 12);
  });
  const stringsAt = 0x200;
  const needsAt = stringsAt + strings.length;
  const base = 0x1000; // where the file lies in memory, to prove that addresses are translated
  const entries: [number, number][] = [...libraries.map((l): [number, number] => [1, at(l)]), [5, base + stringsAt]];
  if (all.length > 0) entries.push([0x6ffffffe, base + needsAt], [0x6fffffff, 1]);
  const dynamic = Buffer.alloc(entries.length * 16);
  entries.forEach(([tag, value], i) => {
    dynamic.writeBigInt64LE(BigInt(tag), i * 16);
    dynamic.writeBigUInt64LE(BigInt(value), i * 16 + 8);
  });
  const dynamicAt = needsAt + needs.length;
  const file = Buffer.alloc(dynamicAt + dynamic.length);
  file.write("\x7fELF\x02\x01\x01", 0, "latin1");
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  [
    [1, 0, base, file.length],
    [2, dynamicAt, base + dynamicAt, dynamic.length],
  ].forEach((segment, i) => {
    const [type, offset, address, size] = segment as [number, number, number, number];
    file.writeUInt32LE(type, 64 + i * 56);
    file.writeBigUInt64LE(BigInt(offset), 64 + i * 56 + 8);
    file.writeBigUInt64LE(BigInt(address), 64 + i * 56 + 16);
    file.writeBigUInt64LE(BigInt(size), 64 + i * 56 + 32);
  });
  strings.copy(file, stringsAt);
  needs.copy(file, needsAt);
  dynamic.copy(file, dynamicAt);
  return file;
}

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
