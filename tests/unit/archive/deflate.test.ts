import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { inflateRawSync } from "node:zlib";
import { tableCrc32, crc32 } from "../../../provider/archive/crc32.js";
import { nodeDeflate, type Deflate } from "../../../provider/archive/deflate.js";
import { officialDeflate, probe } from "../../../provider/archive/officialDeflate.js";
import { pakoDeflate } from "../../../provider/archive/pakoDeflate.js";
import { byteChunks } from "../../../provider/lib/files/fileChunks.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import { writeArchive } from "../../support/archives.js";
import { checkout } from "../../support/machine.js";
import { randomBytes, randomFrom, temporaryFolder, testSeed } from "../../support/trees.js";

const OFFICIAL = "9e5b3a451b2f5b2ed3cbb34d4614312acbed4a7c66d24cba902ffe590bead2b0";

describe("deflate", function () {
  this.timeout(120_000);

  async function inPieces(engine: Deflate, bytes: Uint8Array): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of engine.pieces(byteChunks(bytes))) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  for (const engine of [nodeDeflate, pakoDeflate])
    it(`${engine.name} makes streams that inflate to what went in`, async () => {
      const random = randomFrom(testSeed());
      for (let i = 0; i < 40; i++) {
        const bytes = randomBytes(random);
        assert.ok(inflateRawSync(engine.whole(bytes)).equals(bytes));
        assert.ok(inflateRawSync(await inPieces(engine, bytes)).equals(bytes));
      }
    });

  it("pako makes the bytes of an official Node's zlib, on the probe", async () => {
    assert.equal(sha256Hex(pakoDeflate.whole(probe())), OFFICIAL);
  });

  it("the engine in use makes pako's bytes, on real packages", async () => {
    const folder = temporaryFolder();
    try {
      const tree = [];
      for (const name of ["typescript/lib/ru", "mocha", "pako", "smol-toml", "tsx"])
        tree.push(...(await scanFolder(path.join(checkout, "node_modules", name), { prefix: name.replace("/", "-") })));
      const own = await writeArchive(tree, path.join(folder, "own.zip"));
      const pako = await writeArchive(tree, path.join(folder, "pako.zip"), pakoDeflate);
      assert.ok(tree.length > 100);
      assert.ok(fs.readFileSync(own).equals(fs.readFileSync(pako)));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("Node's zlib is in use exactly when it passes the probe", async () => {
    const passes = sha256Hex(nodeDeflate.whole(probe())) === OFFICIAL;
    assert.equal((await officialDeflate()).name, passes ? "zlib" : "pako");
  });

  it("pako does not block the event loop", async () => {
    let turns = 0;
    let isDone = false;
    // Not a timer: how often that fires depends on the speed of the machine.
    const turn = () => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await inPieces(pakoDeflate, Buffer.alloc(4_000_000, "text to compress "));
    isDone = true;
    assert.ok(turns >= 8, `${turns} turns`);
  });

  it("the CRC is that of zip, with and without Node's help, in one piece or several", () => {
    const random = randomFrom(testSeed());
    assert.equal(tableCrc32(Buffer.from("123456789")), 0xcbf43926);
    for (let i = 0; i < 50; i++) {
      const bytes = randomBytes(random);
      const cut = random(bytes.length + 1);
      assert.equal(tableCrc32(bytes), crc32(bytes));
      assert.equal(tableCrc32(bytes.subarray(cut), tableCrc32(bytes.subarray(0, cut))), crc32(bytes));
    }
  });
});
