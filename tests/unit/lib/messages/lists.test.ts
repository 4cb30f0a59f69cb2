import { strict as assert } from "node:assert";
import { firstOf, listBelow } from "../../../../provider/lib/messages/lists.js";

describe("lists in messages", () => {
  it("have all items while these are few enough", () => {
    assert.deepEqual(firstOf(["a", "b"], 2), ["a", "b"]);
  });

  it("count the items that they leave out", () => {
    assert.deepEqual(firstOf(["a", "b", "c", "d"], 2), ["a", "b", "and 2 more"]);
  });

  it("stand below their title, ten lines at most", () => {
    const lines = listBelow("Damaged:", "abcdefghijkl".split("")).split("\n");
    assert.deepEqual([lines.length, ...lines.slice(0, 2), lines.at(-1)], [12, "Damaged:", "  a", "  and 2 more"]);
  });
});
