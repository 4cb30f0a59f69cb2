import { strict as assert } from "node:assert";
import { maxArchivesUnzipped } from "../../../../provider/formats/format.js";
import { formats } from "../../../../provider/formats/index.js";
import { checkSizes, type SizeLimits } from "../../../../provider/packaging/checks/sizes.js";
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
    assert.equal(checkSizes([entry("a", maxArchivesUnzipped - 5)], { layerBytes: 5 }), undefined);
    assert.equal(checkSizes([entry("a", maxArchivesUnzipped - 5)], { layerBytes: 6 })?.code, "TOO_LARGE");
  });

  it("names the ten heaviest packages in order", () => {
    const many = Array.from({ length: 12 }, (_, i) => entry(`p${i}/x`, (i + 1) * 10_485_760, `pkg-${i}`));
    const finding = checkSizes([...many, entry("main.py", 1_048_576), entry("p1/y", 104_857_600, "pkg-1")]);
    const rows = finding!.message
      .split("\n")
      .slice(2)
      .map((row) => row.trim());
    assert.deepEqual(rows.slice(0, 3), ["126 MB  pkg-1", "126 MB  pkg-11", "115 MB  pkg-10"]);
    assert.equal(rows.length, 10);
  });

  it("says each fix as a sentence", () => {
    const hint = checkSizes([entry("a", maxArchivesUnzipped), entry("b", 1, "numpy")])!.hint!;
    assert.equal(
      hint,
      "To fix this, leave out packages with `prune`, or leave out files of packages with `dependencyExclude`, or " +
        'leave out your own files with `exclude`, or set `packageFormat: "image"`, which takes 10.7 GB.',
    );
  });

  const named = (files: readonly TreeEntry[], limits?: SizeLimits) =>
    [...checkSizes([entry("a", maxArchivesUnzipped, "local"), ...files], limits)!.hint!.matchAll(/`(\w+)|boto3/g)].map(
      ([all, name]) => name ?? all,
    );
  const local = new Set([undefined, "local"]);
  const cases: readonly (readonly [what: string, files: TreeEntry[], limits: SizeLimits, names: string[]])[] = [
    ["own files", [entry("b", 1)], { local }, ["exclude"]],
    ["packages", [entry("b", 1, "numpy")], {}, ["prune", "dependencyExclude"]],
    ["boto3", [entry("b", 1, "boto3")], {}, ["prune", "boto3", "dependencyExclude"]],
    ["bytecode of a local package", [entry("b.pyc", 1, "local")], { local }, ["exclude", "bytecode"]],
    [
      "groups, extras and layers",
      [entry("b", 1)],
      { local, groups: ["g"], extras: ["e"], layerBytes: 1 },
      ["exclude", "groups", "extras", "layers"],
    ],
  ];
  for (const [what, files, limits, names] of cases)
    it(`names only fixes that change something: ${what}`, () => {
      assert.deepEqual(named(files, limits), [...names, "packageFormat"]);
    });

  it("accepts images of 10 GB, and names no fix that is in place already", () => {
    const { maxUnzippedSize } = formats.image;
    assert.equal(checkSizes([entry("a", maxUnzippedSize)], { limit: maxUnzippedSize }), undefined);
    const finding = checkSizes([entry("a", maxUnzippedSize + 1)], { limit: maxUnzippedSize });
    assert.match(finding!.message, /Lambda allows 10737418240 \(10\.7 GB, which AWS calls 10 GB\)/);
    assert.doesNotMatch(finding!.hint!, /image/);
  });
});
