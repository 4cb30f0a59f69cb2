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

const of = (files: readonly ReturnType<typeof file>[], isLayered: boolean, rootHint?: string) =>
  checkEmptiness({ files, provided: {}, isLayered, rootHint });

describe("checkEmptiness", () => {
  it("refuses an archive of nothing, which AWS would", () => {
    const finding = of([file("code", 0), file("layer", 9)], true);
    assert.equal(finding?.code, "NO_CODE");
    assert.equal(finding?.certain, true);
    assert.match(`${finding.message}${finding.hint}`, /comes from layers.*packageFormat: "zip"/);
  });

  it("speaks of layers only where there are some", () => {
    const finding = of([file("code", 0)], false);
    assert.doesNotMatch(`${finding?.message}${finding?.hint}`, /layer|packageFormat/);
    const provided = checkEmptiness({
      files: [file("code", 0)],
      provided: { idna: "3" },
      isLayered: false,
      rootHint: undefined,
    });
    assert.match(provided?.message ?? "", /comes from layers/);
  });

  it("names the members of a workspace instead", () => {
    assert.equal(of([file("code", 0)], false, "set `package`")?.hint, "set `package`");
  });

  it("is silent about code, and about a layer on its own", () => {
    assert.equal(of([file("code", 1), file("layer", 9)], true), undefined);
    assert.equal(of([file("layer", 9)], true), undefined);
  });
});
