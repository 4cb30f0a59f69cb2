import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { CHUNK_SIZE, byteChunks, fileChunks } from "../../../provider/lib/files/fileChunks.js";
import { sha256File, sha256Hex } from "../../../provider/lib/hash.js";
import { temporaryFolder } from "../../support/trees.js";

describe("hash", () => {
  let folder: string;
  before(() => (folder = temporaryFolder()));
  after(() => fs.rmSync(folder, { recursive: true }));

  it("hashes text as UTF-8", () => {
    assert.equal(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert.equal(sha256Hex("é"), sha256Hex(Buffer.from([0xc3, 0xa9])));
  });

  for (const size of [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 2 * CHUNK_SIZE + 5]) {
    it(`reads a file of ${size} bytes in pieces of one size and hashes all of it`, async () => {
      const bytes = Buffer.alloc(size).map((_, i) => (i * 31 + (i >> 9)) & 0xff);
      const file = path.join(folder, "file");
      fs.writeFileSync(file, bytes);
      const expected = createHash("sha256").update(bytes).digest("hex");
      assert.deepEqual(await sha256File(file), { sha256: expected, size });

      const pieces: Buffer[] = [];
      for await (const piece of fileChunks(file)) pieces.push(piece);
      assert.deepEqual(Buffer.concat(pieces), bytes);
      assert.ok(pieces.slice(0, -1).every((piece) => piece.length === CHUNK_SIZE));
      assert.deepEqual(
        pieces.map((piece) => piece.length),
        [...byteChunks(bytes)].map((piece) => piece.length),
      );
    });
  }

  it("passes on errors of the file system", async () => {
    await assert.rejects(sha256File(path.join(folder, "missing")), { code: "ENOENT" });
  });
});
