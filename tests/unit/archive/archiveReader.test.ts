import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { extractArchive, listArchive, readFromArchive } from "../../../provider/archive/reader/archiveReader.js";
import { writePack } from "../../../provider/archive/archiveWriter.js";
import { treeDigest } from "../../../provider/tree/digest.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import { entry, randomFrom, temporaryFolder, testSeed } from "../../support/trees.js";
import { rawZip, type RawEntry } from "./rawZip.js";

describe("archiveReader", function () {
  this.timeout(60_000);
  let base: string;
  let archive: string;
  let out: string;
  beforeEach(() => {
    base = temporaryFolder();
    archive = path.join(base, "a.zip");
    out = path.join(base, "inner", "out");
  });
  afterEach(() => fs.rmSync(base, { recursive: true, force: true }));
  const everythingIn = (folder: string) => fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const modeOf = (name: string) => (fs.statSync(path.join(out, name)).mode & 0o7777).toString(8);

  describe("extractArchive", () => {
    it("unpacks with modes 644 and 755, whatever the umask", async () => {
      const files = [
        entry("a/b/run", "#!/bin/sh\n", 0o755),
        entry("a/b/c.py", "x".repeat(2_000)),
        entry("large", Buffer.alloc(3_000_000, "ab")),
      ];
      await writePack(files, archive);
      for (const umask of [0o077, 0o000]) {
        const before = process.umask(umask);
        try {
          await extractArchive(archive, out);
        } finally {
          process.umask(before);
        }
        assert.deepEqual(["a", "a/b", "a/b/run", "a/b/c.py", "large"].map(modeOf), ["755", "755", "755", "644", "644"]);
        assert.equal(treeDigest(await scanFolder(out)), treeDigest(files));
        fs.rmSync(out, { recursive: true });
      }
    });

    it("unpacks what other tools wrote: folders, data descriptors, extra fields, comments, any executable bit", async function () {
      const python = spawnSync("python3", ["-c", writeLikeOthers, archive], { encoding: "utf8" });
      if (python.error !== undefined) {
        console.log("      skipped: needs python3");
        return this.skip();
      }
      assert.equal(python.status, 0, python.stderr);
      await extractArchive(archive, out);
      assert.deepEqual(everythingIn(out), [
        "empty",
        "pkg",
        "pkg/data.txt",
        "pkg/große.txt",
        "pkg/piped.txt",
        "pkg/tool",
      ]);
      assert.deepEqual(["empty", "pkg/data.txt", "pkg/tool"].map(modeOf), ["755", "644", "755"]);
      assert.equal(fs.readFileSync(path.join(out, "pkg/piped.txt"), "utf8"), "piped ".repeat(1_000));
    });

    const unsafe: Record<string, [RegExp, ...RawEntry[]]> = {
      "a parent": [/"\.\.\/evil" holds the name "\.\."/, { path: "good" }, { path: "../evil" }],
      "a parent further in": [/holds the name "\.\."/, { path: "a/../../evil" }],
      "an absolute path": [/"\/evil" is absolute/, { path: "/evil" }],
      "a drive": [/drive letter/, { path: "C:/evil" }],
      "a backslash": [/backslash/, { path: "..\\evil" }],
      "a control character": [/a\\x0ab" holds a control/, { path: "a\nb" }],
      "a link": [/alias is a link or a device/, { path: "alias", content: "/etc/passwd", unixMode: 0o120777 }],
      "a device": [/tty is a link or a device/, { path: "tty", unixMode: 0o020666 }],
      "a link that looks like a folder": [
        /alias is a link or a device/,
        { path: "alias/", content: "/etc", unixMode: 0o120777 },
      ],
      "a path twice": [/a\.py is in it twice/, { path: "a.py" }, { path: "a.py" }],
      "a file that is a folder": [/a is a file and a folder/, { path: "a" }, { path: "a/b" }],
      "an empty name": [/is empty/, { path: "" }],
    };
    for (const [what, [message, ...entries]] of Object.entries(unsafe)) {
      it(`refuses ${what} and writes nothing`, async () => {
        fs.writeFileSync(archive, rawZip(entries));
        await assert.rejects(extractArchive(archive, out), { code: "BAD_FILE", message });
        assert.deepEqual(everythingIn(base), ["a.zip"]);
      });
    }

    it("refuses what would unpack to more than the limits", async () => {
      await writePack([entry("a", Buffer.alloc(10_000)), entry("b", "")], archive);
      await assert.rejects(extractArchive(archive, out, { files: 1, bytes: 10_000 }), { code: "TOO_LARGE" });
      await assert.rejects(extractArchive(archive, out, { files: 2, bytes: 9_999 }), { code: "TOO_LARGE" });
      assert.ok(!fs.existsSync(out));
      await extractArchive(archive, out, { files: 2, bytes: 10_000 });
    });

    it("refuses content that is longer or shorter than the directory says, and stops unpacking at that size", async () => {
      const cases = [
        [20_000, 19_999],
        [20_000, 20_001],
        [40_000_000, 1_500_000],
        [3_000_000, 3_000_001],
      ] as const;
      for (const [size, claimed] of cases) {
        await writePack([entry("bomb", Buffer.alloc(size))], archive);
        const bytes = fs.readFileSync(archive);
        bytes.writeUInt32LE(claimed, bytes.indexOf("PK\u0001\u0002") + 24);
        fs.writeFileSync(archive, bytes);
        await assert.rejects(extractArchive(archive, out), { code: "BAD_FILE", message: /bomb/ });
        const written = fs.existsSync(path.join(out, "bomb")) ? fs.statSync(path.join(out, "bomb")).size : 0;
        assert.ok(written <= claimed, `${written} bytes written`);
        fs.rmSync(out, { recursive: true });
      }
    });

    it("does not write over what is there", async () => {
      await writePack([entry("a", "new")], archive);
      fs.mkdirSync(out, { recursive: true });
      fs.symlinkSync(path.join(base, "victim"), path.join(out, "a"));
      await assert.rejects(extractArchive(archive, out), { code: "EEXIST" });
      assert.ok(!fs.existsSync(path.join(base, "victim")));
    });

    it("finds damage anywhere: never other bytes than were packed", async () => {
      const random = randomFrom(testSeed());
      const files = [entry("a.py", "text ".repeat(400)), entry("b.bin", Buffer.from([1, 2, 3, 4]))];
      await writePack(files, archive);
      const good = fs.readFileSync(archive);
      for (let round = 0; round < 150; round++) {
        const bad = Buffer.from(good.subarray(0, random(4) === 0 ? random(good.length) : good.length));
        if (bad.length === good.length) bad[random(bad.length)]! ^= 1 << random(8);
        fs.writeFileSync(archive, bad);
        await extractArchive(archive, out).catch((error: unknown) => {
          const { code = "" } = error as { code?: string };
          assert.ok(["BAD_FILE", "TOO_LARGE"].includes(code), String(error));
        });
        if (fs.existsSync(out)) {
          const found = await scanFolder(out);
          const contents = files.map((e) => e.sha256);
          if (found.length === 2) assert.deepEqual(found.map((e) => e.sha256).sort(), contents.sort());
          fs.rmSync(out, { recursive: true });
        }
      }
    });
  });

  it("reads one file, or says that there is none", async () => {
    await writePack([entry("a/METADATA", "Name: a\n".repeat(100)), entry("a/b", "")], archive);
    assert.equal((await readFromArchive(archive, "a/METADATA"))?.toString(), "Name: a\n".repeat(100));
    assert.equal((await readFromArchive(archive, "a/b"))?.length, 0);
    assert.equal(await readFromArchive(archive, "a"), undefined);
    assert.equal(await readFromArchive(archive, "METADATA"), undefined);
  });

  it("refuses a wrong checksum and what is no zip", async () => {
    await writePack([entry("a", "1234567890")], archive);
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
    tool = zipfile.ZipInfo("pkg/tool", (2020, 2, 2, 2, 2, 2)); tool.external_attr = 0o100700 << 16
    z.writestr(tool, "#!/bin/sh")
    dos = zipfile.ZipInfo("pkg/data.txt"); dos.create_system = 0; dos.external_attr = 0x20; dos.extra = b"\\x99\\x99\\x02\\x00hi"
    z.writestr(dos, "data")
    with z.open("pkg/piped.txt", "w", force_zip64=True) as p: p.write(b"piped " * 1000)
`;
