import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { auditBinaries, checkBinaries } from "../../../../../provider/packaging/checks/binaries/binaries.js";
import { readElf } from "../../../../../provider/packaging/checks/binaries/elf.js";
import { symbolNeeding } from "../../../../../provider/packaging/checks/binaries/elfSymbols.js";
import { scanFolder } from "../../../../../provider/tree/scan.js";
import { elf } from "../../../../support/elf.js";
import { skip } from "../../../../support/skip.js";
import { Scratch } from "../../../support/scratch.js";

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
      "needs GLIBC_2.38, but Lambda has glibc 2.34",
    ],
    [
      "the symbol that wants a newer glibc",
      elf({
        versions: ["GLIBC_2.17", "GLIBC_2.35", "GLIBC_2.38"],
        symbols: { malloc: "GLIBC_2.17", hypot: "GLIBC_2.35", __isoc23_strtol: "GLIBC_2.38", strlcpy: "GLIBC_2.38" },
      }),
      "needs GLIBC_2.38 (for __isoc23_strtol), but Lambda has glibc 2.34",
    ],
    [
      "no symbol where the table of them is damaged",
      withSymbolsAt(0x7ffffffffn, elf({ versions: ["GLIBC_2.38"], symbols: { strlcpy: "GLIBC_2.38" } })),
      "needs GLIBC_2.38, but Lambda has glibc 2.34",
    ],
    [
      "a mark of a newer glibc, which no symbol wants",
      elf({ versions: ["GLIBC_2.17", "GLIBC_ABI_DT_RELR"], symbols: { malloc: "GLIBC_2.17" } }),
      "needs GLIBC_ABI_DT_RELR, but Lambda has glibc 2.34",
    ],
    ["another machine", elf({ machine: 183 }), "is built for aarch64, not for x86_64"],
    [
      "musl",
      elf({ libraries: ["libc.musl-x86_64.so.1"] }),
      "is built for musl (libc.musl-x86_64.so.1), but Lambda has glibc",
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

  const foreign: [system: string, start: string][] = [
    ["macOS", "cffaedfe0c000001"],
    ["macOS", "cafebabe00000002"],
    ["Windows", "4d5a900003000000"],
  ];
  for (const [system, start] of foreign)
    it(`names ${system} (${start}), for what Python would import`, async () => {
      const content = Buffer.concat([Buffer.from(start, "hex"), Buffer.alloc(100)]);
      const reason = `is built for ${system}, not for Linux`;
      assert.deepEqual(await audit({ "pkg/x.so": content }), [
        { path: "pkg/x.so", owner: "pkg", reason, importable: true },
      ]);
      const tagged = await audit({ "x.cpython-313-darwin.so": content });
      assert.deepEqual(
        tagged.map(({ importable }) => importable),
        [false],
      );
      assert.match(tagged[0]?.reason ?? "", /has a name for another Python or machine/);
      assert.deepEqual(await audit({ "x.cpython-313-darwin.so": content, "x.abi3.so": elf({}) }), []);
      assert.deepEqual(await audit({ "libx.dylib": content, "x.bin": content }), []);
    });

  for (const name of ["libfast.glibc.so", "engine.release.so", "libmodel.avx2.so", "plugin.v2.so", "x.cpu.so"])
    it(`takes ${name} for a library that is opened by its name`, async () => {
      assert.deepEqual(await audit({ [`pkg/${name}`]: elf({}) }), []);
      const problems = await audit({ [`pkg/${name}`]: elf({ machine: 183 }) });
      assert.deepEqual(
        problems.map(({ reason, importable }) => [reason, importable]),
        [["is built for aarch64, not for x86_64", false]],
      );
    });

  it("is silent about libraries for other machines beside one that fits", async () => {
    const musl = elf({ libraries: ["libc.musl-x86_64.so.1"] });
    assert.deepEqual(await audit({ "pkg/libx.glibc.so": elf({}), "pkg/libx.musl.so": musl }), []);
    assert.equal((await audit({ "pkg/libx.glibc.so": elf({}), "pkg/liby.musl.so": musl })).length, 1);
    for (const other of ["pkg/armlibx.glibc.so", "pkg/libx-aarch64.v2.so", "pkg/libx_arm64.glibc.so"]) {
      const foreign = { [other]: elf({ machine: 183 }) };
      assert.deepEqual(await audit({ "pkg/libx.glibc.so": elf({}), ...foreign }), [], other);
      assert.equal((await audit({ "pkg/liby.glibc.so": elf({}), ...foreign })).length, 1, other);
    }
    const folders = { "pkg/x86_64/lib-x.so": elf({}), "pkg/aarch64/lib-x.so": elf({ machine: 183 }) };
    assert.deepEqual(await audit(folders), []);
    // A module that Python imports is checked by itself.
    assert.equal((await audit({ "pkg/x.avx2.so": elf({}), "pkg/x.so": elf({ machine: 183 }) })).length, 1);
  });

  for (const tag of ["cpython-312-x86_64-linux-gnu", "cpython-313-aarch64-linux-gnu", "pypy310-pp73-x86_64-linux-gnu"])
    it(`is silent about x.${tag}.so beside one for this Python, and warns of it alone`, async () => {
      const other = { [`pkg/x.${tag}.so`]: elf({ machine: 183 }) };
      assert.deepEqual(await audit({ ...other, "pkg/x.cpython-313-x86_64-linux-gnu.so": elf({}) }), []);
      const finding = checkBinaries(await audit(other), { runtime: "python3.13", architecture: "x86_64" });
      assert.equal(finding?.certain, false);
      assert.match(finding.message, /another Python or machine/);
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

  it("does not take what follows the symbols for symbols", async () => {
    const symbols = { malloc: "GLIBC_2.17", strlcpy: "GLIBC_2.38" };
    const content = elf({ versions: ["GLIBC_2.17", "GLIBC_2.38"], symbols });
    const [library, symbolVersions] = [dynamicEntry(content, 1), dynamicEntry(content, 0x6ffffff0)];
    content.writeUInt32LE(4, library); // a hash table, which begins after the version of malloc
    content.writeBigUInt64LE(content.readBigUInt64LE(symbolVersions + 8) + 4n, library + 8);
    const file = path.join(await scratch.make({ "x.so": content }), "x.so");
    assert.equal(await symbolNeeding(file, "GLIBC_2.17"), "malloc");
    assert.equal(await symbolNeeding(file, "GLIBC_2.38"), undefined);
  });

  it("finds no symbol in any beginning of a file, nor fails", async () => {
    const content = elf({ versions: ["GLIBC_2.38"], symbols: { strlcpy: "GLIBC_2.38" } });
    const folder = await scratch.make();
    const file = path.join(folder, "x.so");
    for (let length = 0; length < content.length; length += 7) {
      await fs.writeFile(file, content.subarray(0, length));
      assert.equal(await symbolNeeding(file, "GLIBC_2.38"), undefined, `${length} bytes`);
    }
    await fs.writeFile(file, content);
    assert.equal(await symbolNeeding(file, "GLIBC_2.38"), "strlcpy");
  });

  it("reads the interpreter that runs here as readelf does", async function () {
    const file = await fs.realpath(process.execPath);
    const text = readelf("-V", file);
    if (text === undefined) skip(this, "needs readelf");
    const expected = neededVersions(text);
    assert.ok(expected.length > 0);
    const needs = await readElf(file);
    assert.deepEqual(needs?.versions, expected);
    assert.ok(needs.libraries.some((library) => path.basename(library).startsWith("libc.")));
  });

  it("finds the symbols of the libraries that are loaded here as readelf does", async function () {
    const { sharedObjects } = process.report.getReport() as unknown as { sharedObjects: string[] };
    let compared = 0;
    for (const file of sharedObjects.filter((object) => /\.so\b/.test(object) && path.isAbsolute(object))) {
      const text = readelf("-V", file);
      if (text === undefined) skip(this, "needs readelf");
      const first = new Map<string, string>();
      for (const [, name, version] of readelf("--dyn-syms", file)!.matchAll(/ ([^@\s]+)@([^@\s]+) \(\d+\)$/gm))
        if (!first.has(version!)) first.set(version!, name!);
      for (const version of neededVersions(text)) {
        assert.equal(await symbolNeeding(file, version), first.get(version), `${version} in ${file}`);
        if (first.has(version)) compared++;
      }
    }
    assert.ok(compared > 0);
  });
});

/** Where the entry with this tag is in a file of `elf()`. */
function dynamicEntry(content: Buffer, tag: number): number {
  let entry = Number(content.readBigUInt64LE(64 + 56 + 8));
  while (content.readBigUInt64LE(entry) !== BigInt(tag)) entry += 16;
  return entry;
}

function withSymbolsAt(address: bigint, content: Buffer): Buffer {
  content.writeBigUInt64LE(address, dynamicEntry(content, 6) + 8);
  return content;
}

/** Sorted, each once, without those that are only wanted weakly. */
function neededVersions(text: string): string[] {
  const needs = text.slice(text.indexOf("Version needs section"));
  const found = [...needs.matchAll(/Name: (\S+)\s+Flags: (\S+)/g)].filter((m) => m[2] !== "WEAK").map((m) => m[1]!);
  return [...new Set(found)].sort();
}

/** Undefined when this machine has no readelf. */
function readelf(option: string, file: string): string | undefined {
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    return execFileSync("readelf", ["-W", option, file], { encoding: "utf8", maxBuffer: 1 << 28, stdio: [...stdio] });
  } catch {
    return undefined;
  }
}
