import assert from "node:assert/strict";
import { treemap } from "../../provider/cli/inspect/treemap.js";

describe("treemap", () => {
  const area = { x: 0, y: 0, width: 300, height: 200 };

  it("gives each weight its share inside the area, without overlaps", () => {
    const weights = [50, 20, 10, 10, 5, 3, 1, 1];
    const boxes = treemap(weights, area);
    assert.equal(boxes.length, weights.length);
    for (const [i, { x, y, width, height }] of boxes.entries()) {
      assert.ok(Math.abs(width * height - weights[i]! * 600) < 1e-6);
      assert.ok(x >= 0 && y >= 0 && x + width <= 300 + 1e-6 && y + height <= 200 + 1e-6);
      for (const other of boxes.slice(0, i)) {
        const overlapX = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        const overlapY = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        assert.ok(overlapX < 1e-6 || overlapY < 1e-6);
      }
    }
  });

  it("keeps boxes near to squares", () => {
    const weights = Array.from({ length: 24 }, () => 1);
    const boxes = treemap(weights, area);
    assert.equal(boxes.length, weights.length);
    for (const { width, height } of boxes) assert.ok(Math.max(width / height, height / width) < 2);
  });

  it("copes with nothing and with zeros", () => {
    assert.deepEqual(treemap([], area), []);
    assert.equal(treemap([0, 0], area).length, 2);
    for (const box of treemap([5, 0, 0], area)) assert.ok(Object.values(box).every((value) => Number.isFinite(value)));
  });
});
