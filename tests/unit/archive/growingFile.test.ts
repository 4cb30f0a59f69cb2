import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { open } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { GrowingFile } from "../../../provider/archive/growingFile.js";
import { Scratch } from "../support/scratch.js";

const piece = 1024 * 1024;

describe("a file that grows", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  const append = (file: GrowingFile, bytes: Buffer) =>
    file.append(bytes.length, (buffer, done) => bytes.copy(buffer, 0, done, done + buffer.length));

  it("has what was appended, in order, with its hash, however it is cut", async () => {
    const file = path.join(await scratch.make(), "file");
    for (const sizes of [[], [0], [1], [piece], [piece - 1, 1, 1], [3, 3 * piece + 5, 0, piece - 8, 7]]) {
      const parts = sizes.map((size) => randomBytes(size));
      const positions: number[] = [];
      const { sha256, size } = await GrowingFile.create(file, async (growing) => {
        for (const part of parts) {
          positions.push(growing.position);
          await append(growing, part);
        }
      });
      const expected = Buffer.concat(parts);
      assert.ok(fs.readFileSync(file).equals(expected), sizes.join());
      assert.equal(size, expected.length);
      assert.equal(sha256, createHash("sha256").update(expected).digest("hex"));
      assert.deepEqual(
        positions,
        sizes.map((_, i) => sizes.slice(0, i).reduce((sum, one) => sum + one, 0)),
      );
    }
  });

  it("leaves a piece alone until it is written, however long that takes", async () => {
    const file = path.join(await scratch.make(), "file");
    const probe = await open(__filename);
    const prototype = Object.getPrototypeOf(probe) as { write: (...args: unknown[]) => Promise<unknown> };
    await probe.close();
    const { write } = prototype;
    prototype.write = async function (...args) {
      await delay(20);
      return write.apply(this, args);
    };
    try {
      const expected = randomBytes(3 * piece + 5);
      await GrowingFile.create(file, (growing) => append(growing, expected));
      assert.ok(fs.readFileSync(file).equals(expected));
    } finally {
      prototype.write = write;
    }
  });

  it("is gone when a part cannot be read, also after some of it was written", async () => {
    const file = path.join(await scratch.make(), "file");
    const broken = new Error("cut off");
    const filled = GrowingFile.create(file, async (growing) => {
      await append(growing, randomBytes(2 * piece + 3));
      await growing.append(10, () => {
        throw broken;
      });
    });
    await assert.rejects(filled, (error) => error === broken);
    assert.equal(fs.existsSync(file), false);
  });
});
