import * as assert from "node:assert/strict";
import { checkEmptiness } from "../../../../provider/packaging/checks/emptiness.js";

const file = (kind: "code" | "layer", files: number) => ({
  kind,
  name: `${kind}.zip`,
  sha256: "",
  size: 22,
  unzippedSize: 0,
  files,
});

describe("checkEmptiness", () => {
  it("refuses an archive of nothing, which AWS would", () => {
    const finding = checkEmptiness({ files: [file("code", 0), file("layer", 9)] });
    assert.equal(finding?.code, "NO_CODE");
    assert.equal(finding?.certain, true);
  });

  it("is silent about code, and about a layer on its own", () => {
    assert.equal(checkEmptiness({ files: [file("code", 1), file("layer", 9)] }), undefined);
    assert.equal(checkEmptiness({ files: [file("layer", 9)] }), undefined);
  });
});
