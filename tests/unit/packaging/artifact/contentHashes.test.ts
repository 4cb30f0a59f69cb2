import assert from "node:assert/strict";
import { contentHashes } from "../../../../provider/packaging/artifact/contentHashes.js";
import type { TreeEntry } from "../../../../provider/tree/tree.js";

const file = (path: string, content: string, owner?: string): TreeEntry => ({
  path,
  mode: 0o644,
  size: content.length,
  sha256: content.padEnd(64, "0"),
  ...(owner !== undefined && { owner }),
});

const tree = [
  file("boto3/__init__.py", "b", "boto3"),
  file("pricing/__init__.py", "p", "pricing"),
  file("pricing/table.py", "t", "pricing"),
  file("my_orders/__init__.py", "o", "My_Orders"),
  file("handler.py", "h"),
];
const local = ["pricing", "my-orders"];
const before = contentHashes(tree, local);

const edited = (path: string) =>
  tree.map((entry) => (entry.path === path ? { ...entry, sha256: "e".repeat(64) } : entry));

describe("contentHashes", () => {
  it("is short, for local packages and own files alone", () => {
    assert.deepEqual(Object.keys(before.localPackages), ["my-orders", "pricing"]);
    for (const hash of [...Object.values(before.localPackages), before.projectCode])
      assert.match(hash!, /^[0-9a-f]{12}$/);
  });

  it("changes with the part that was edited and with no other", () => {
    const { localPackages, projectCode } = contentHashes(edited("my_orders/__init__.py"), local);
    assert.notEqual(localPackages["my-orders"], before.localPackages["my-orders"]);
    assert.equal(localPackages["pricing"], before.localPackages["pricing"]);
    assert.equal(projectCode, before.projectCode);
    const own = contentHashes(edited("handler.py"), local);
    assert.notEqual(own.projectCode, before.projectCode);
    assert.deepEqual(own.localPackages, before.localPackages);
    assert.deepEqual(contentHashes(edited("boto3/__init__.py"), local), before);
  });

  it("does not depend on the order of files", () => {
    assert.deepEqual(contentHashes([...tree].reverse(), [...local].reverse()), before);
  });

  it("does not depend on files that do not ship", () => {
    assert.deepEqual(contentHashes([file("boto3/__init__.py", "b", "boto3")], ["pricing"]), { localPackages: {} });
  });
});
