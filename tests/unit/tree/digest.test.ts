import * as assert from "node:assert/strict";
import { treeDigest } from "../../../provider/tree/digest.js";
import { entry, randomFrom, randomTree, testSeed } from "../../support/trees.js";
import type { TreeEntry } from "../../../provider/tree/tree.js";

describe("treeDigest", () => {
  it("is what it has always been: another value would update every deployed function", () => {
    const tree = [entry("handler.py", "def handler(event, context): pass\n"), entry("bin/run", "#!/bin/sh\n", 0o755)];
    assert.equal(treeDigest([]), "6d5352b0706e9fc6aa95dd8f531be8cbe8009ba631755f74392caa46d940edd0");
    assert.equal(treeDigest(tree), "62dc69d294a3487b7a79cef49500a0589b6e43aaefb2e8617c46b1a73cf16ecf");
  });

  it("ignores order and owners", () => {
    const random = randomFrom(testSeed());
    const tree = randomTree(random, 40);
    const shuffled = [...tree].sort(() => random(3) - 1).map((e) => ({ ...e, owner: `owner-${random(9)}` }));
    assert.equal(treeDigest(shuffled), treeDigest(tree));
  });

  it("changes with path, mode, size and content of each entry, and with a missing one", () => {
    const tree: TreeEntry[] = [entry("a", "1"), entry("b", "2")];
    const [a, b] = tree as [TreeEntry, TreeEntry];
    const others: TreeEntry[][] = [
      [a],
      [a, { ...b, path: "c" }],
      [a, { ...b, mode: 0o755 }],
      [a, { ...b, size: 2 }],
      [a, { ...b, sha256: a.sha256 }],
      [
        { ...a, sha256: b.sha256 },
        { ...b, sha256: a.sha256 },
      ],
    ];
    const digests = [tree, ...others].map(treeDigest);
    assert.equal(new Set(digests).size, digests.length);
  });

  it("cannot be fooled by a path that looks like the next entry", () => {
    const [a, b] = [entry("a", "1"), entry("b", "2")];
    const forged = { ...a, path: `a\n644 1 ${b.sha256} 1 b` };
    assert.notEqual(treeDigest([forged]), treeDigest([a, b]));
    // As many entries, and the same text if the lengths of the paths were not in it.
    const c = entry("c", "3");
    const after = (one: TreeEntry, next: TreeEntry) => ({
      ...one,
      path: `${one.path}\n644 1 ${next.sha256} ${next.path}`,
    });
    assert.notEqual(treeDigest([after(a, b), c]), treeDigest([a, after(b, c)]));
  });
});
