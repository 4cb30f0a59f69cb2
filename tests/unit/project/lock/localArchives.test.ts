import assert from "node:assert/strict";
import { pathOnDisk } from "../../../../provider/project/lock/localArchives.js";

describe("pathOnDisk", () => {
  for (const [location, expected] of [
    ["wheels/alpha.whl", "/project/wheels/alpha.whl"],
    ["/x/alpha.whl", "/x/alpha.whl"],
    ["file:///x/a%20b.whl", "/x/a b.whl"],
    ["https://files.example/alpha.whl", undefined],
    ["file://host/x/alpha.whl", undefined],
    ["file:///x%2Falpha.whl", undefined],
  ] as const)
    it(`${location} is ${expected ?? "not on this disk"}`, () =>
      assert.equal(pathOnDisk(location, "/project"), expected));
});
