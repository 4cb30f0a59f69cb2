import * as assert from "node:assert/strict";
import { compareBytes, sortedByBytes } from "../../../provider/lib/byteOrder.js";
import { randomFrom, testSeed } from "../../support/trees.js";

describe("byteOrder", () => {
  it("orders like the bytes of UTF-8, also where UTF-16 orders differently", () => {
    assert.ok("\uff5e" > "\u{1f40d}", "UTF-16 puts the snake first");
    assert.ok(compareBytes("\uff5e", "\u{1f40d}") < 0);
    assert.ok(compareBytes("Z", "a") < 0);
    assert.equal(compareBytes("a", "a"), 0);

    const random = randomFrom(testSeed());
    const alphabet = [
      "a",
      "b",
      "/",
      "-",
      "Z",
      "é",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "\u{10000}",
      "\u{10ffff}",
      "\u{1f40d}",
    ];
    const text = () => Array.from({ length: random(4) }, () => alphabet[random(alphabet.length)]).join("");
    for (let i = 0; i < 5_000; i++) {
      const [a, b] = [text(), text()];
      assert.equal(
        Math.sign(compareBytes(a, b)),
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
        JSON.stringify([a, b]),
      );
    }
    for (let i = 0; i < 500; i++) {
      // Every other list has only texts that UTF-16 orders in the same way.
      const plain = alphabet.slice(0, 7);
      const texts = Array.from({ length: random(9) }, i % 2 === 0 ? text : () => plain[random(plain.length)]!);
      const byBuffer = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual(
        sortedByBytes(
          texts.map((name) => ({ name })),
          ({ name }) => name,
        ).map(({ name }) => name),
        byBuffer,
      );
    }
  });
});
