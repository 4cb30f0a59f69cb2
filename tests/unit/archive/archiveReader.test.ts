import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { listArchive, readFromArchive, treeOfArchive } from "../../../provider/archive/reader/archiveReader.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { readArchive, writeArchive } from "../../support/archives.js";
import { skip } from "../../support/skip.js";
import { entry, randomFrom, temporaryFolder, testSeed } from "../../support/trees.js";
import { rawZip, type RawEntry } from "./rawZip.js";

const unsafe: Readonly<Record<string, readonly [RegExp, ...RawEntry[]]>> = {
  "a parent": [/"\.\.\/evil" contains the name "\.\."/, { path: "../evil" }],
  "a parent further in": [/contains the name "\.\."/, { path: "a/../../evil" }],
  "an absolute path": [/"\/evil" is absolute/, { path: "/evil" }],
  "a drive": [/drive letter/, { path: "C:/evil" }],
  "a backslash": [/backslash/, { path: "..\\evil" }],
  "a control character": [/a\\x0ab" contains a control/, { path: "a\nb" }],
  "a link": [/alias is a link or a device/, { path: "alias", content: "/etc/passwd", unixMode: 0o120777 }],
  "a device": [/tty is a link or a device/, { path: "tty", unixMode: 0o020666 }],
  "a link that looks like a folder": [
    /alias is a link or a device/,
    { path: "alias/", content: "/etc", unixMode: 0o120777 },
  ],
  "a path twice": [/a\.py is in it twice/, { path: "a.py" }, { path: "a.py" }],
  "a file that is a folder": [/a is both a file and a folder/, { path: "a" }, { path: "a/b" }],
  "an empty name": [/is empty/, { path: "" }],
};

describe("archiveReader", function () {
  this.timeout(60_000);
  let base: string;
  let archive: string;
  beforeEach(() => {
    base = temporaryFolder();
    archive = path.join(base, "a.zip");
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

  it("reads what other tools wrote: folders, data descriptors, extra fields, comments, any executable bit", async function () {
    const python = spawnSync("python3", ["-c", writeLikeOthers, archive], { encoding: "utf8" });
    if (python.error !== undefined) skip(this, "needs python3");
    assert.equal(python.status, 0, python.stderr);
    const modes = Object.fromEntries((await listArchive(archive)).map(({ path: p, kind, mode }) => [p, [kind, mode]]));
    assert.deepEqual(modes["empty"]?.[0], "folder");
    assert.deepEqual(modes["pkg/tool"], ["file", 0o755]);
    assert.deepEqual(modes["pkg/data.txt"], ["file", 0o644]);
    const contents = await readArchive(archive);
    assert.deepEqual([...contents.keys()], ["pkg/große.txt", "pkg/tool", "pkg/data.txt", "pkg/piped.txt"]);
    assert.equal(contents.get("pkg/piped.txt")?.toString(), "piped ".repeat(1_000));
  });

  it("refuses content that is longer or shorter than the directory says", async () => {
    const cases = [
      [20_000, 19_999],
      [20_000, 20_001],
      [40_000_000, 1_500_000],
      [3_000_000, 3_000_001],
    ] as const;
    for (const [size, claimed] of cases) {
      await writeArchive([entry("bomb", Buffer.alloc(size))], archive);
      const bytes = fs.readFileSync(archive);
      bytes.writeUInt32LE(claimed, bytes.indexOf("PK\u0001\u0002") + 24);
      fs.writeFileSync(archive, bytes);
      await assert.rejects(readFromArchive(archive, "bomb"), { code: "BAD_FILE", message: /bomb/ });
    }
  });

  it("finds damage anywhere, and never returns other bytes than the packed ones", async () => {
    const random = randomFrom(testSeed());
    const files = [entry("a.py", "text ".repeat(400)), entry("b.bin", Buffer.from([1, 2, 3, 4]))];
    await writeArchive(files, archive);
    const good = fs.readFileSync(archive);
    for (let round = 0; round < 150; round++) {
      const bad = Buffer.from(good.subarray(0, random(4) === 0 ? random(good.length) : good.length));
      if (bad.length === good.length) bad[random(bad.length)]! ^= 1 << random(8);
      fs.writeFileSync(archive, bad);
      const contents = await readArchive(archive).catch((error: unknown) => {
        assert.equal((error as { code?: string }).code, "BAD_FILE", String(error));
        return new Map<string, Buffer>();
      });
      const sound = files.map((e) => e.sha256);
      for (const content of contents.values()) assert.ok(sound.includes(sha256Hex(content)), `round ${round}`);
    }
  });

  it("reads one file, or says that there is none", async () => {
    await writeArchive([entry("a/METADATA", "Name: a\n".repeat(100)), entry("a/b", "")], archive);
    assert.equal((await readFromArchive(archive, "a/METADATA"))?.toString(), "Name: a\n".repeat(100));
    assert.equal((await readFromArchive(archive, "a/b"))?.length, 0);
    assert.equal(await readFromArchive(archive, "a"), undefined);
    assert.equal(await readFromArchive(archive, "METADATA"), undefined);
  });

  it("refuses a wrong checksum, and files that are not zips", async () => {
    await writeArchive([entry("a", "1234567890")], archive);
    const bytes = fs.readFileSync(archive);
    bytes[31] = bytes[31]! ^ 1;
    fs.writeFileSync(archive, bytes);
    await assert.rejects(readFromArchive(archive, "a"), { code: "BAD_FILE", message: /a: its checksum is wrong/ });

    for (const noZip of ["", "not a zip", Buffer.alloc(100_000)]) {
      fs.writeFileSync(archive, noZip);
      await assert.rejects(listArchive(archive), { code: "BAD_FILE", message: /a\.zip cannot be read as a zip/ });
    }
  });

  it("refuses encryption, other compressions and names that are not UTF-8", async () => {
    const patches: [(row: Buffer) => void, RegExp][] = [
      [(row) => row.writeUInt16LE(1, 8), /x is encrypted/],
      [(row) => row.writeUInt16LE(12, 10), /x is compressed by method 12/],
      [(row) => row.writeUInt8(0xff, 46), /\\xff is not UTF-8/],
      [(row) => row.writeUInt32LE(99, 20), /sizes of x are wrong/],
      [(row) => row.writeUInt32LE(0, 0), /row 1 of its directory is broken/],
      [(row) => row.writeUInt32LE(4_000_000, 42), /sizes of x are wrong/],
    ];
    for (const [patchRow, message] of patches) {
      fs.writeFileSync(archive, rawZip([{ path: "x", patchRow }]));
      await assert.rejects(listArchive(archive), { code: "BAD_FILE", message });
    }
  });

  describe("as a tree", () => {
    for (const [what, [message, ...entries]] of Object.entries(unsafe))
      it(`refuses ${what}`, async () => {
        fs.writeFileSync(archive, rawZip([{ path: "good" }, ...entries]));
        await assert.rejects(treeOfArchive(archive), { code: "BAD_FILE", message });
      });

    it("refuses files outside of the prefix, and removes the prefix from the rest", async () => {
      fs.writeFileSync(archive, rawZip([{ path: "python/a" }, { path: "python/b/", unixMode: 0o040755 }]));
      assert.deepEqual(
        (await treeOfArchive(archive, "python/")).map((file) => file.path),
        ["a"],
      );
      fs.writeFileSync(archive, rawZip([{ path: "python/a" }, { path: "pythons/b" }]));
      await assert.rejects(treeOfArchive(archive, "python/"), { code: "BAD_FILE", message: /pythons\/b is not in/ });
    });

    it("refuses more bytes than its limit, before it reads a file", async () => {
      // Claimed sizes: a reader that unpacks first says that the content is shorter (BAD_FILE).
      const patchRow = (row: Buffer) => {
        row.writeUInt16LE(8, 10);
        row.writeUInt32LE(0xffff_fffe, 24);
      };
      const claims = (count: number) =>
        Array.from({ length: count }, (_, i) => ({ path: `f${i}`, content: "x", patchRow }));
      fs.writeFileSync(archive, rawZip(claims(3)));
      await assert.rejects(treeOfArchive(archive), { code: "TOO_LARGE", message: /3 files of 12884901882 bytes/ });
      fs.writeFileSync(archive, rawZip(claims(2)));
      await assert.rejects(treeOfArchive(archive), { code: "BAD_FILE" });
    });
  });
});

const writeLikeOthers = `
import sys, zipfile, io
class Pipe(io.RawIOBase):
    def __init__(self, f): self.f = f
    def writable(self): return True
    def write(self, b): return self.f.write(b)
with open(sys.argv[1], "wb") as f, zipfile.ZipFile(io.BufferedWriter(Pipe(f)), "w", zipfile.ZIP_DEFLATED) as z:
    z.comment = b"a comment with PK\\x05\\x06 in it, far enough from its end to look like a record"
    z.writestr("empty/", "")
    z.writestr("pkg/große.txt", "x")
    tool = zipfile.ZipInfo("pkg/tool", (2020, 2, 2, 2, 2, 2)); tool.external_attr = 0o100700 << 16; tool.comment = b"one of its own"
    z.writestr(tool, "#!/bin/sh")
    dos = zipfile.ZipInfo("pkg/data.txt"); dos.create_system = 0; dos.external_attr = 0x20; dos.extra = b"\\x99\\x99\\x02\\x00hi"
    z.writestr(dos, "data")
    with z.open("pkg/piped.txt", "w", force_zip64=True) as p: p.write(b"piped " * 1000)
`;
