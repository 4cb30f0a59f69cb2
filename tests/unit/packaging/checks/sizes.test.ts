import { strict as assert } from "node:assert";
import { maxArchivesUnzipped } from "../../../../provider/formats/format.js";
import { formats } from "../../../../provider/formats/index.js";
import { checkSizes } from "../../../../provider/packaging/checks/sizes.js";
import type { TreeEntry } from "../../../../provider/tree/tree.js";

const entry = (path: string, size: number, owner?: string): TreeEntry => ({
  path,
  size,
  mode: 0o644,
  sha256: "",
  ...(owner === undefined ? {} : { owner }),
});

describe("size check", () => {
  it("accepts exactly what Lambda accepts", () => {
    assert.equal(checkSizes([entry("a", maxArchivesUnzipped)]), undefined);
    assert.equal(checkSizes([entry("a", maxArchivesUnzipped + 1)])?.code, "TOO_LARGE");
    assert.equal(checkSizes([entry("a", maxArchivesUnzipped - 5)], 5), undefined);
    assert.equal(checkSizes([entry("a", maxArchivesUnzipped - 5)], 6)?.code, "TOO_LARGE");
  });

  it("names the ten heaviest packages in order, and the fixes", () => {
    const many = Array.from({ length: 12 }, (_, i) => entry(`p${i}/x`, (i + 1) * 10_485_760, `pkg-${i}`));
    const finding = checkSizes([...many, entry("main.py", 1_048_576), entry("p1/y", 104_857_600, "pkg-1")]);
    const rows = finding!.message
      .split("\n")
      .slice(2)
      .map((row) => row.trim());
    assert.deepEqual(rows.slice(0, 3), ["126 MB  pkg-1", "126 MB  pkg-11", "115 MB  pkg-10"]);
    assert.equal(rows.length, 10);
    assert.match(finding!.hint!, /prune.*exclude.*groups.*packageFormat: "image"/);
    assert.doesNotMatch(finding!.hint!, /bytecode/);
    const compiled = checkSizes([...many, entry("p1/__pycache__/y.cpython-313.pyc", 1)]);
    assert.match(compiled!.hint!, /bytecode: false/);
  });

  it("accepts images of 10 GB, and names no fix that is in place already", () => {
    const { maxUnzippedSize } = formats.image;
    assert.equal(checkSizes([entry("a", maxUnzippedSize)], 0, maxUnzippedSize), undefined);
    const finding = checkSizes([entry("a", maxUnzippedSize + 1)], 0, maxUnzippedSize);
    assert.match(finding!.message, /Lambda allows 10737418240 \(10\.7 GB, which AWS calls 10 GB\)/);
    assert.doesNotMatch(finding!.hint!, /image/);
  });
});
