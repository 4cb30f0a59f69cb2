import assert from "node:assert/strict";
import { exportSbom } from "../../../provider/uv/exportSbom.js";
import { Bench } from "./bench.js";

describe("exportSbom, with the real uv", function () {
  this.timeout(60_000);
  const bench = new Bench();

  it("names the packages, and is the same on every run", async () => {
    const [one, two] = [
      await exportSbom(bench.uv, bench.root, { package: "api" }),
      await exportSbom(bench.uv, bench.root, { package: "api" }),
    ];
    assert.equal(one, two);
    const document = JSON.parse(one) as { components: { name: string; version: string }[] };
    assert.ok(document.components.some((c) => c.name === "alpha" && c.version === "1.2.3"));
    assert.doesNotMatch(one, /serialNumber|timestamp|dev-tool/);
  });
});
