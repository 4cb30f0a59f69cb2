import assert from "node:assert/strict";
import {
  contentOf,
  MAX_KEPT,
  RecentContents,
  recentContents,
  sourceOf,
} from "../../../provider/tree/recentContents.js";

describe("recent contents", () => {
  const bytes = (size: number) => [Buffer.alloc(size, "a")];

  it("are found by their hash, until newer ones need the room", () => {
    const contents = new RecentContents(100);
    contents.keep("one", bytes(60));
    contents.keep("two", bytes(40));
    assert.equal(contents.find("one")?.length, 60);
    contents.keep("three", bytes(1));
    assert.equal(contents.find("one"), undefined);
    assert.deepEqual(
      ["two", "three"].map((hash) => contents.find(hash)?.length),
      [40, 1],
    );
  });

  it("count equal contents once, as the newest", () => {
    const contents = new RecentContents(100);
    contents.keep("one", bytes(40));
    contents.keep("two", bytes(40));
    contents.keep("one", bytes(40));
    contents.keep("three", bytes(20));
    assert.ok(contents.find("one") && contents.find("two"));
    contents.keep("four", bytes(20));
    assert.deepEqual(
      ["one", "two"].map((hash) => contents.find(hash)?.length),
      [40, undefined],
    );
  });

  it("are of files of up to 4 MB, in the order of their pieces", () => {
    const contents = new RecentContents();
    contents.keep("large", bytes(MAX_KEPT + 1));
    assert.equal(contents.find("large"), undefined);
    contents.keep("pieces", [Buffer.from("ab"), Buffer.from("c")]);
    assert.equal(Buffer.from(contents.find("pieces")!).toString(), "abc");
    const narrow = new RecentContents(10);
    narrow.keep("wide", bytes(11));
    assert.equal(narrow.find("wide"), undefined);
  });

  it("stand in for the file only with the hash that it must have", async () => {
    recentContents.keep("a hash of this test", bytes(3));
    const file = { source: { file: __filename } };
    assert.deepEqual(sourceOf({ ...file, sha256: "a hash of this test" }), { bytes: new Uint8Array(bytes(3)[0]!) });
    for (const other of [file, { ...file, sha256: "another" }]) assert.equal(sourceOf(other), file.source);
    assert.equal((await contentOf({ ...file, sha256: "a hash of this test" })).toString(), "aaa");
    assert.match((await contentOf(file)).toString(), /^import assert/);
  });
});
