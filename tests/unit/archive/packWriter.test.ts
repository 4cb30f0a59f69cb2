import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { joinPacks } from "../../../provider/archive/archiveJoiner.js";
import { listArchive, readFromArchive } from "../../../provider/archive/reader/archiveReader.js";
import { readPacked } from "../../../provider/archive/packReader.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import type { SourceTree } from "../../../provider/tree/tree.js";
import { readArchive, writeArchive, writePack } from "../../support/archives.js";
import { openedDuring } from "../../support/openedFiles.js";
import { skipIf } from "../../support/skip.js";
import { entry, randomFrom, randomTree, temporaryFolder, testSeed, writeFiles } from "../../support/trees.js";
import { otherReaders } from "./otherReaders.js";

describe("an archive of packs", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = temporaryFolder()));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const inFolder = (name: string) => path.join(folder, name);

  for (const reader of otherReaders) {
    it(`writes what ${reader.name} reads`, async function () {
      skipIf(this, reader.missing());
      const random = randomFrom(testSeed());
      const many = Array.from({ length: 5_000 }, (_, i) =>
        entry(`f/${String(i).padStart(5, "0")}.py`, `x = ${i}\n`.repeat(i % 30)),
      );
      const noise = entry("noise.bin", Buffer.from(Uint8Array.from({ length: 600_000 }, () => random(256))));
      const trees: SourceTree[] = [[], many, [noise], [entry("empty", ""), entry("run", "#!/bin/sh\n", 0o755)]];
      for (let i = 0; i < 6; i++) trees.push(randomTree(random, 1 + random(60)));
      for (const tree of trees) {
        await reader.check(await writeArchive(tree, inFolder("a.zip")), tree, folder);
      }
    });
  }

  it("writes what our own reader reads", async () => {
    const random = randomFrom(testSeed());
    const tree = randomTree(random, 80);
    await writeArchive(tree, inFolder("own.zip"));
    const rows = await listArchive(inFolder("own.zip"));
    assert.deepEqual(
      rows.map(({ path: p, mode, size, kind }) => ({ path: p, mode, size, kind })),
      tree.map(({ path: p, mode, size }) => ({ path: p, mode, size, kind: "file" })),
    );
    for (const { path: p, source } of tree)
      assert.deepEqual(
        await readFromArchive(inFolder("own.zip"), p),
        Buffer.from((source as { bytes: Uint8Array }).bytes),
      );
  });

  it("returns the tree without sources, in order, and leaves nothing unpacked that shrinks", async () => {
    const tree = [entry("b", "x".repeat(1_000), 0o644, "owner"), entry("a", "x")];
    const pack = await writePack(tree, inFolder("b.pack"));
    const plain = pack.tree.map(({ path: p, mode, size, sha256, owner }) => ({ path: p, mode, size, sha256, owner }));
    assert.deepEqual(plain, [
      { path: "a", mode: 0o644, size: 1, sha256: tree[1]!.sha256, owner: undefined },
      { path: "b", mode: 0o644, size: 1_000, sha256: tree[0]!.sha256, owner: "owner" },
    ]);
    assert.deepEqual(
      pack.tree.map((e) => e.method),
      [0, 8],
    );
  });

  it("reads a large file once, also if it does not shrink, unless it is very large", async () => {
    const random = randomFrom(testSeed());
    const files = { text: Buffer.alloc(700_000, "more text "), noise: randomNoise(random, 600_000) };
    writeFiles(inFolder("once"), { ...files, "very large noise": randomNoise(random, 5_000_000) });
    const tree = await scanFolder(inFolder("once"));
    let methods: number[] = [];
    const opened = await openedDuring(inFolder("once"), async () => {
      methods = (await writePack(tree, inFolder("once.pack"))).tree.map(({ method }) => method);
    });
    assert.deepEqual([methods, opened], [[0, 8, 0], { noise: 1, text: 1, "very large noise": 2 }]);
  });

  it("does not depend on the order of the entries, on owners, or on whether bytes are in memory", async () => {
    const random = randomFrom(testSeed());
    const names = ["a.py", "b/c.py", "b/d.bin", "z"];
    const contents = [
      randomNoise(random, 1_000_000),
      Buffer.alloc(700_000, "text and more text "),
      Buffer.alloc(3),
      Buffer.alloc(0),
    ];
    const files = Object.fromEntries(names.map((name, i) => [name, contents[i]!]));
    writeFiles(inFolder("src"), files);
    const fromDisk = await scanFolder(inFolder("src"));
    const fromMemory = names.map((name, i) => entry(name, contents[i]!, 0o644, "somebody")).reverse();
    await writeArchive(fromDisk, inFolder("disk.zip"));
    await writeArchive(fromMemory, inFolder("memory.zip"));
    assert.deepEqual(fs.readFileSync(inFolder("disk.zip")), fs.readFileSync(inFolder("memory.zip")));
  });

  it("is, byte for byte, what it has always been: other bytes would update every deployed function", async () => {
    const tree = [entry("é.py", "print('hello')\n".repeat(50)), entry("run", "#!/bin/sh\n", 0o755), entry("empty", "")];
    const archive = await writeArchive(tree, inFolder("golden.zip"));
    const golden = "f5d5b15b719f17dfdb311969535901393def87b2c939a1ace212d4b04f46babb";
    assert.equal(sha256Hex(fs.readFileSync(archive)), golden);
  });

  it("streams files that are too large for memory, deflated or, where that gains nothing, as they are", async () => {
    const random = randomFrom(testSeed());
    const megabyte = randomNoise(random, 1024 * 1024);
    const noise = Buffer.concat(Array.from({ length: 33 }, () => megabyte));
    writeFiles(inFolder("large"), {
      "a.txt": "before",
      "noise.bin": noise,
      "text.bin": Buffer.alloc(35_000_000, "abc".repeat(100)),
      z: "after",
    });
    const tree = await scanFolder(inFolder("large"));
    const archive = await writeArchive(tree, inFolder("large.zip"));
    const rows = await listArchive(archive);
    const methods = rows.map((e) => [e.path, e.method]);
    assert.deepEqual(methods, [
      ["a.txt", 0],
      ["noise.bin", 0],
      ["text.bin", 8],
      ["z", 0],
    ]);
    const size = rows.reduce((sum, e) => sum + 30 + 46 + 2 * e.path.length + e.compressedSize, 22);
    assert.equal(fs.statSync(archive).size, size, "no gaps");
    const contents = await readArchive(archive);
    for (const { path: p, sha256 } of tree) assert.equal(sha256Hex(contents.get(p)!), sha256, p);
  });

  it("refuses more files than a zip holds, and files of 4 GB, before it writes", async () => {
    const file = inFolder("refused.zip");
    const many = Array.from({ length: 70_000 }, (_, i) => entry(`${i}`, ""));
    await assert.rejects(writeArchive(many, file), { code: "TOO_LARGE", message: /70000 files/, hint: /prune/ });
    const [packed] = (await writePack([entry("huge.bin", "")], inFolder("huge.pack"))).tree;
    const tree = [{ ...packed!, size: 5 * 1024 ** 3 }];
    await assert.rejects(joinPacks([{ pack: { tree } }], file), {
      code: "TOO_LARGE",
      message: /huge\.bin has 5368709120 bytes/,
    });
    assert.ok(!fs.existsSync(file));
  });

  it("writes as many files as a zip holds", async () => {
    const most = Array.from({ length: 65_534 }, (_, i) => entry(String(i).padStart(5, "0"), ""));
    const archive = await writeArchive(most, inFolder("most.zip"));
    assert.equal((await listArchive(archive)).length, 65_534);
    const python = otherReaders.find((reader) => reader.name === "Python" && reader.missing() === undefined);
    await python?.check(archive, most, folder);
  });

  it("refuses a path that is there twice or is a file and a folder", async () => {
    const file = inFolder("conflict.zip");
    const twice = [entry("a", "1", 0o644, "numpy"), entry("a", "2", 0o644, "scipy")];
    await assert.rejects(writeArchive(twice, file), { code: "FILE_CONFLICT", message: /a differs \(numpy, scipy\)/ });
    const both = [entry("a", "1"), entry("a-b", ""), entry("a/b", "2")];
    await assert.rejects(writeArchive(both, file), { code: "FILE_CONFLICT", message: /a is both a file and a folder/ });
    await writeArchive([entry("A", "1"), entry("a", "2")], file);
  });

  it("refuses a file that changed or went away since the scan", async () => {
    for (const size of [10, 400_000]) {
      writeFiles(inFolder("moving"), { "a.py": "a", "moving.py": Buffer.alloc(size, 1) });
      const tree = await scanFolder(inFolder("moving"));
      fs.writeFileSync(inFolder("moving/moving.py"), Buffer.alloc(size, 2));
      await assert.rejects(writePack(tree, inFolder("m.pack")), {
        code: "BAD_FILE",
        message: /moving\.py changed while/,
      });
      fs.rmSync(inFolder("moving/moving.py"));
      await assert.rejects(writePack(tree, inFolder("m.pack")), {
        code: "BAD_FILE",
        message: /moving\.py cannot be read any more/,
      });
    }
  });

  it("packs a file as it was when it was read for its hash, if its content was kept", async () => {
    const large = Buffer.alloc(400_000, "first ");
    writeFiles(inFolder("recent"), { "a.py": "first", "large.bin": large });
    const tree = await scanFolder(inFolder("recent"), { keeps: true });
    for (const file of ["a.py", "large.bin"]) fs.writeFileSync(inFolder(`recent/${file}`), "other");
    const packed = await writePack(tree, inFolder("recent.pack"));
    assert.deepEqual(
      packed.tree.map(({ sha256 }) => sha256),
      tree.map(({ sha256 }) => sha256),
    );
    assert.deepEqual(await Promise.all(packed.tree.map(readPacked)), [Buffer.from("first"), large]);
  });
});

function randomNoise(random: (limit: number) => number, size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, () => random(256)));
}
