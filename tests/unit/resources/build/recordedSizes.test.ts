import assert from "node:assert/strict";
import { withReadableSizes } from "../../../../provider/resources/build/recordedSizes.js";

const record = (outputHash: string, more: object) => ({ outputHash, runtime: "python3.13", ...more });
const sized = (outputHash: string, packageSize: number | string) => record(outputHash, { packageSize });

describe("the sizes in the record of a build", () => {
  const cases: [before: number | string | undefined, now: number, words: string][] = [
    [undefined, 20_140_000, "20.1 MB"],
    [19_800_000, 20_140_000, "20.1 MB (+0.3)"],
    ["19.8 MB", 20_140_000, "20.1 MB (+0.3)"],
    ["19.8 MB (-5.0)", 20_140_000, "20.1 MB (+0.3)"],
    ["20.1 MB", 20_141_000, "20.1 MB"],
    ["20.4 MB", 20_140_000, "20.1 MB (-0.3)"],
    ["900 KB", 1_500_000, "1.5 MB (+0.6)"],
    ["something else", 1_500_000, "1.5 MB"],
    ["22 B", 50, "50 B (+28)"],
    // Digits that the text lacks are not invented: the size before may have been 403.8 KB.
    ["404 KB", 403_806, "404 KB"],
    ["404 KB", 404_600, "405 KB (+1)"],
    ["1.5 MB", 900_000, "900 KB (-600)"],
  ];
  for (const [before, now, words] of cases) {
    it(`${before ?? "nothing"}, then ${now} bytes: ${words}`, () => {
      const olds = before === undefined ? {} : sized("old", before);
      assert.deepEqual(withReadableSizes(olds, sized("new", now)), sized("new", words));
    });
  }

  it("stay as they are while the hash does, and so does what describes the code", () => {
    const olds = record("same", { packageSize: "20.1 MB (+0.3)", projectCode: "0123456789ab", handler: "old.handler" });
    const news = record("same", { packageSize: 20_140_000, projectCode: "0123456789ab", handler: "new.handler" });
    assert.deepEqual(withReadableSizes(olds, news), { ...olds, handler: "new.handler" });
  });

  it("leave a state of an earlier version as it is", () => {
    const olds = record("same", { packageSize: 3347, unzippedSize: 1557 });
    const news = record("same", { packageSize: 3347, unzippedSize: 1557, projectCode: "0123456789ab" });
    assert.deepEqual(withReadableSizes(olds, news), olds);
  });
});
