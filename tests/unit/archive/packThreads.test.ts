import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { joinPacks } from "../../../provider/archive/archiveJoiner.js";
import type { PackForm } from "../../../provider/archive/pack.js";
import { PackThreads } from "../../../provider/archive/packing/packThreads.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import type { SourceTree } from "../../../provider/tree/tree.js";
import { writePack } from "../../support/archives.js";
import { entry, randomFrom, randomTree, temporaryFolder, testSeed, writeFiles } from "../../support/trees.js";
import { until } from "../support/waiting.js";

describe("threads that pack", function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = temporaryFolder()));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const inFolder = (name: string) => path.join(folder, name);

  /** Files of all sizes: in one piece, in several, and with more compressed bytes than are held in memory. */
  async function largeTree(): Promise<SourceTree> {
    const random = randomFrom(testSeed());
    const noise = Buffer.from(Uint8Array.from({ length: 1024 * 1024 }, () => random(256)));
    const half = Buffer.concat([noise, Buffer.alloc(noise.length, "text ")]);
    writeFiles(inFolder("large"), {
      "noise.bin": Buffer.concat(Array.from({ length: 6 }, () => noise)),
      "half.bin": Buffer.concat(Array.from({ length: 6 }, () => half)),
      "text.bin": Buffer.alloc(3_000_000, "abc".repeat(100)),
      "run.sh": "#!/bin/sh\n",
    });
    const memory = randomTree(random, 300).map((one) => ({ ...one, path: `m/${one.path}` }));
    return [...(await scanFolder(inFolder("large"))), ...memory];
  }

  async function archiveOf(tree: SourceTree, name: string, form: PackForm, packer?: PackThreads): Promise<string> {
    const pack = await writePack(tree, inFolder(`${name}.${form}.pack`), { form, ...(packer && { packer }) });
    for (const { path: file, sha256, size } of pack.written) {
      assert.equal(sha256Hex(fs.readFileSync(file)), sha256, file);
      assert.equal(fs.statSync(file).size, size);
    }
    const named = new Set(pack.tree.map(({ data }) => data));
    assert.deepEqual(
      [...named].filter((file) => !pack.written.some((one) => one.path === file)),
      [],
    );
    return (await joinPacks([{ pack }], inFolder(`${name}.zip`))).sha256;
  }

  for (const form of ["deflated", "stored"] as const)
    it(`make the same archive as one thread, ${form}`, async () => {
      const tree = await largeTree();
      const alone = await archiveOf(tree, "alone", form);
      for (const count of [1, 2, 5]) {
        const threads = new PackThreads(count);
        assert.equal(await threads.using(() => archiveOf(tree, `threads${count}`, form, threads)), alone);
      }
    });

  it("pack several at once, and again after they have ended", async () => {
    const threads = new PackThreads(2);
    const trees = [1, 2, 3, 4].map((seed) => randomTree(randomFrom(testSeed() + seed), 200));
    for (let round = 0; round < 2; round++)
      await threads.using(() =>
        Promise.all(
          trees.map(async (tree, i) => {
            const many = await archiveOf(tree, `many${i}`, "deflated", threads);
            assert.equal(many, await archiveOf(tree, `one${i}`, "deflated"));
          }),
        ),
      );
  });

  it("report the first failure in order, with its code, place and hint, or with the system's own fields", async () => {
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}.bin`, Buffer.alloc(900_000 - i, i)]));
    writeFiles(inFolder("moving"), files);
    const tree = await scanFolder(inFolder("moving"));
    for (const name of ["7.bin", "5.bin", "3.bin"]) fs.rmSync(inFolder(`moving/${name}`));
    fs.writeFileSync(inFolder("moving/2.bin"), Buffer.alloc(900_000 - 2, 9));
    const threads = new PackThreads(3);
    for (let round = 0; round < 5; round++)
      await threads.using(() =>
        assert.rejects(writePack(tree, inFolder("failing.pack"), { packer: threads }), {
          name: "UvLambdaError",
          code: "BAD_FILE",
          message: /2\.bin changed while it was being packed/,
          hint: /nothing else writes/,
        }),
      );
    const nowhere = writePack([entry("a", "a")], inFolder("nowhere/a.pack"), { packer: threads });
    await threads.using(() => assert.rejects(nowhere, { code: "ENOENT", syscall: "open" }));
  });

  it("reject current and later work with CANCELLED once they are closed", async () => {
    const tree = await largeTree();
    const threads = new PackThreads(2);
    const under = threads.using(() => writePack(tree, inFolder("closed.pack"), { packer: threads }));
    await until("it packs", () => fs.readdirSync(folder).some((name) => name.startsWith("closed.pack")));
    threads.close();
    await assert.rejects(under, { code: "CANCELLED" });
    const later = threads.using(() => writePack(tree, inFolder("later.pack"), { packer: threads }));
    await assert.rejects(later, { code: "CANCELLED" });
  });

  it("remove a folder while they run", async () => {
    writeFiles(inFolder("gone"), { "a/b": "1", c: "2" });
    const threads = new PackThreads(1);
    await assert.rejects(threads.remove(inFolder("gone")), /no thread/);
    await threads.using(() => threads.remove(inFolder("gone")));
    assert.ok(!fs.existsSync(inFolder("gone")));
  });
});
