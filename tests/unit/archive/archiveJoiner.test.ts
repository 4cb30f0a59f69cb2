import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { joinPacks } from "../../../provider/archive/archiveJoiner.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { mergeTrees } from "../../../provider/tree/merge.js";
import type { SourceTree } from "../../../provider/tree/tree.js";
import { writeArchive, writePack } from "../../support/archives.js";
import { readZip } from "../../aws/archive/zip.js";
import { entry, randomFrom, randomTree, temporaryFolder, testSeed } from "../../support/trees.js";

describe("joinPacks", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const inFolder = (name: string) => path.join(folder, name);
  const packs = (...trees: SourceTree[]) =>
    Promise.all(trees.map((tree, i) => writePack(tree, inFolder(`pack${i}.bin`))));
  const joined = inFolder.bind(undefined, "joined.zip");

  it("makes the bytes of a direct write of the merged tree, however the tree is split", async () => {
    const random = randomFrom(testSeed());
    for (let round = 0; round < 10; round++) {
      const tree = randomTree(random, 1 + random(80));
      const parts = Array.from({ length: 1 + random(4) }, (): SourceTree => tree.filter(() => random(3) > 0));
      const rest = tree.filter((e) => !parts.some((part) => part.includes(e)));
      const all = await packs(...parts, rest);
      const result = await joinPacks(
        all.map((pack) => ({ pack })),
        joined(),
      );

      await writeArchive(tree, inFolder("direct.zip"));
      const bytes = fs.readFileSync(joined());
      assert.ok(bytes.equals(fs.readFileSync(inFolder("direct.zip"))), `round ${round}`);
      const unzippedSize = tree.reduce((sum, e) => sum + e.size, 0);
      assert.deepEqual(result, { sha256: sha256Hex(bytes), size: bytes.length, unzippedSize, files: tree.length });
      // By a reader of its own, because a mistake in the headers would be in both archives.
      assert.deepEqual(
        readZip(bytes).map((e) => ({ name: e.name, size: e.size, mode: e.mode, sha256: sha256Hex(e.data()) })),
        tree.map((e) => ({ name: e.path, size: e.size, mode: 0o100000 | e.mode, sha256: e.sha256 })),
      );
    }
  });

  it("puts packs under prefixes and orders by the final path", async () => {
    const random = randomFrom(testSeed());
    const [a, b] = [randomTree(random, 40), randomTree(random, 40)];
    const [packA, packB] = await packs(a, b);
    await joinPacks(
      [
        { pack: packA!, prefix: "python" },
        { pack: packB!, prefix: "a/b" },
      ],
      joined(),
    );
    const under = (tree: SourceTree, prefix: string) => tree.map((e) => ({ ...e, path: `${prefix}/${e.path}` }));
    await writeArchive(mergeTrees([under(a, "python"), under(b, "a/b")]).tree, inFolder("direct.zip"));
    assert.ok(fs.readFileSync(joined()).equals(fs.readFileSync(inFolder("direct.zip"))));
    await assert.rejects(joinPacks([{ pack: packA!, prefix: "../x" }], joined()), { code: "BAD_FILE" });
  });

  it("never compresses: the compressed bytes of a pack are copied", async () => {
    const [pack] = await packs([entry("a.py", "x".repeat(5_000))]);
    const [{ data } = { data: "" }] = pack!.tree;
    const bytes = fs.readFileSync(data);
    // No stream that a compressor would make.
    bytes[0] = bytes[0]! ^ 0x10;
    fs.writeFileSync(data, bytes);
    await joinPacks([{ pack: pack! }], joined());
    const start = 30 + "a.py".length;
    assert.ok(
      fs
        .readFileSync(joined())
        .subarray(start, start + bytes.length)
        .equals(bytes),
    );
  });

  it("takes one path of equal bytes and mode once", async () => {
    const all = await packs([entry("a", "1"), entry("b", "2")], [entry("a", "1")]);
    assert.equal(
      (
        await joinPacks(
          all.map((pack) => ({ pack })),
          joined(),
        )
      ).files,
      2,
    );
  });

  it("refuses one path of different bytes or modes, or lets the first win when told so", async () => {
    const all = await packs([entry("a", "1", 0o644, "numpy")], [entry("a", "2")], [entry("a", "1", 0o755, "scipy")]);
    const [first, bytes, mode] = all.map((pack) => ({ pack }));
    const message = /a differs \(numpy, your own files\)/;
    await assert.rejects(joinPacks([first!, bytes!], joined()), { code: "FILE_CONFLICT", message });
    await assert.rejects(joinPacks([first!, mode!], joined()), {
      code: "FILE_CONFLICT",
      message: /a differs \(numpy, scipy\)/,
    });
    assert.ok(!fs.existsSync(joined()));

    await joinPacks([bytes!, first!], joined(), "keepFirst");
    assert.ok(
      fs.readFileSync(joined()).equals(fs.readFileSync(await writeArchive([entry("a", "2")], inFolder("second.zip")))),
    );
  });

  it("refuses a path that is a file and a folder, always", async () => {
    const all = await packs([entry("a", "1")], [entry("a/b", "1")]);
    const parts = all.map((pack) => ({ pack }));
    for (const mode of ["refuse", "keepFirst"] as const)
      await assert.rejects(joinPacks(parts, joined(), mode), {
        code: "FILE_CONFLICT",
        message: /a is both a file and a folder/,
      });
  });

  it("refuses more files than a zip holds", async () => {
    const [pack] = await packs(Array.from({ length: 33_000 }, (_, i) => entry(`${i}`, "")));
    const parts = ["a", "b"].map((prefix) => ({ pack: pack!, prefix }));
    await assert.rejects(joinPacks(parts, joined()), { code: "TOO_LARGE", message: /66000 files/, hint: /prune/ });
    assert.ok(!fs.existsSync(joined()));
  });

  it("refuses a pack that is cut off, and removes what it wrote", async () => {
    const [pack] = await packs([entry("a.py", "x".repeat(100)), entry("b.py", "y")]);
    const { data } = pack!.tree[0]!;
    fs.truncateSync(data, fs.statSync(data).size - 1);
    await assert.rejects(joinPacks([{ pack: pack! }], joined()), {
      code: "BAD_FILE",
      message: /\.py in .*pack0\.bin is cut off/,
    });
    assert.ok(!fs.existsSync(joined()));
  });

  it("joins nothing to an empty zip", async () => {
    assert.deepEqual(await joinPacks([], joined()), {
      sha256: sha256Hex(fs.readFileSync(joined())),
      size: 22,
      unzippedSize: 0,
      files: 0,
    });
  });
});
