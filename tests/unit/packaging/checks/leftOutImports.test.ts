import assert from "node:assert/strict";
import { findLeftOutImports } from "../../../../provider/packaging/checks/leftOutImports.js";
import { bytesEntry } from "../../../../provider/tree/fileFacts.js";
import type { LeftOut } from "../../../../provider/project/sources/ownFileFilter.js";

describe("imports of modules that are left out", () => {
  const leftOut = (path: string): LeftOut => ({ path, file: `/nowhere/${path}`, isFolder: false, why: "excluded" });
  const found = async (code: string, ...paths: string[]) => {
    const tree = [bytesEntry("main.py", Buffer.from(code))];
    return (await findLeftOutImports(tree, paths.map(leftOut))).map(({ path }) => path);
  };

  it("are found beside files whose names no import can name", async () => {
    const others = ["c++.py", "copy (1.py", "[id.py", "{{ name }}.py", "+.py"];
    assert.deepEqual(await found("import notes", "notes.py", ...others), ["notes.py"]);
    assert.deepEqual(await found("import notes", ...others), []);
  });

  it("are found by names with letters of any alphabet, as whole words", async () => {
    assert.deepEqual(await found("from a import été", "a/été.py"), ["a/été.py"]);
    assert.deepEqual(await found("import étés, wété", "été.py"), []);
  });
});
