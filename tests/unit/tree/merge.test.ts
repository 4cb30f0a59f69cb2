import * as assert from "node:assert/strict";
import { mergeTrees, sortTree } from "../../../provider/tree/merge.js";
import { entry, randomFrom, randomTree, testSeed } from "../../support/trees.js";

const conflictsOf = (...trees: Parameters<typeof mergeTrees>[0][number][]) => mergeTrees(trees).conflicts;

describe("mergeTrees", () => {
  it("sorts by the bytes of the path", () => {
    const paths = ["b", "a/b", "a-b", "\u{1f40d}", "\uff5e", "Z"];
    const sorted = sortTree(paths.map((p) => entry(p, ""))).map((e) => e.path);
    assert.deepEqual(sorted, ["Z", "a-b", "a/b", "b", "\uff5e", "\u{1f40d}"]);
  });

  it("keeps one path of equal bytes once, without a report", () => {
    const { tree, conflicts } = mergeTrees([
      [entry("a", "1", 0o644, "x")],
      [entry("a", "1", 0o644, "y"), entry("b", "")],
    ]);
    assert.deepEqual(
      tree.map((e) => [e.path, e.owner]),
      [
        ["a", "x"],
        ["b", undefined],
      ],
    );
    assert.deepEqual(conflicts, []);
  });

  it("reports one path of different bytes, and the first tree's stay", () => {
    const trees = [[entry("a", "mine")], [entry("a", "1", 0o644, "x")], [entry("a", "mine", 0o644, "y")]];
    const { tree, conflicts } = mergeTrees(trees);
    assert.equal(tree[0]?.sha256, trees[0]?.[0]?.sha256);
    assert.deepEqual(conflicts, [{ kind: "content", path: "a", owners: [null, "x"] }]);
  });

  it("reports one path of different modes", () => {
    assert.deepEqual(conflictsOf([entry("a", "1")], [entry("a", "1", 0o755)]), [
      { kind: "content", path: "a", owners: [null] },
    ]);
  });

  it("reports files equal but for case, with letters of any script", () => {
    for (const [one, other] of [
      ["README", "readme"],
      ["É.py", "é.py"],
      ["straße", "STRASSE"],
      ["ΣΑΣ", "σας"],
    ] as const) {
      const [first, second] = sortTree([entry(one, "1", 0o644, "x"), entry(other, "2", 0o644, "y")]);
      assert.deepEqual(conflictsOf([first!], [second!]), [
        { kind: "case", path: second!.path, other: first!.path, owners: [first!.owner, second!.owner] },
      ]);
    }
    assert.deepEqual(conflictsOf([entry("ı.py", "1")], [entry("i.pyc", "2")]), []);
  });

  it("reports folders equal but for case once, and the files in them only when they clash too", () => {
    const found = conflictsOf(
      [entry("Foo/a.py", ""), entry("Foo/b.py", "")],
      [entry("foo/c.py", ""), entry("foo/d.py", "")],
    );
    assert.deepEqual(
      found.map((c) => [c.kind, c.path, c.other]),
      [["case", "foo", "Foo"]],
    );
  });

  it("reports a file where another path needs a folder, in any order", () => {
    const file = [entry("a", "1", 0o644, "x"), entry("a-b", "")];
    const folder = [entry("a/b", "2", 0o644, "y"), entry("a/c", "2", 0o644, "z")];
    for (const trees of [
      [file, folder],
      [folder, file],
    ]) {
      const found = conflictsOf(...trees);
      assert.deepEqual(
        found.map((c) => [c.kind, c.path, c.owners]),
        [["folder", "a", ["x", "y"]]],
      );
    }
  });

  it("does not depend on how a tree is split", () => {
    const random = randomFrom(testSeed());
    for (let round = 0; round < 20; round++) {
      const tree = randomTree(random, 30);
      const parts = [0, 1, 2].map((part) => tree.filter((_, i) => i % 3 === part || random(5) === 0));
      assert.deepEqual(mergeTrees([...parts, tree]), { tree, conflicts: mergeTrees([tree]).conflicts });
      const stepwise = mergeTrees([mergeTrees([parts[0]!, parts[1]!]).tree, mergeTrees([parts[2]!, tree]).tree]).tree;
      assert.deepEqual(stepwise, tree);
    }
  });
});
