import assert from "node:assert/strict";
import { downloadMeter } from "../../../provider/uv/downloads.js";

describe("uv's messages about downloads", () => {
  it("are added up", () => {
    const amountAfter = downloadMeter();
    assert.deepEqual(amountAfter("Downloading numpy (2.5MiB)"), { done: 0, total: 2_621_440, verb: "downloaded" });
    assert.deepEqual(amountAfter("Downloading pandas (512.0KiB)"), { done: 0, total: 3_145_728, verb: "downloaded" });
    assert.deepEqual(amountAfter(" Downloaded numpy"), { done: 2_621_440, total: 3_145_728, verb: "downloaded" });
    assert.equal(amountAfter(" Downloaded pandas")?.done, 3_145_728);
  });

  it("are not found in other lines", () => {
    const amountAfter = downloadMeter();
    for (const line of [
      "Resolved 2 packages in 3ms",
      "   Building numpy==2.0",
      " Downloaded unknown",
      "error: Downloading",
    ])
      assert.equal(amountAfter(line), undefined, line);
  });
});
