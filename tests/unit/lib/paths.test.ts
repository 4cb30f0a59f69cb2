import { strict as assert } from "node:assert";
import * as path from "node:path";
import { isInside, posixRelative } from "../../../provider/lib/paths.js";

const folder = path.resolve("/srv/project");

describe("paths", () => {
  for (const [file, inside] of [
    [".", true],
    ["src/app.py", true],
    ["..data", true],
    ["../project-2", false],
    ["..", false],
    ["../other", false],
  ] as const)
    it(`${file} is ${inside ? "" : "not "}inside the folder`, () => {
      assert.equal(isInside(path.resolve(folder, file), folder), inside);
    });

  it("are relative with slashes, and empty for the folder itself", () => {
    assert.equal(posixRelative(folder, path.join(folder, "src", "app.py")), "src/app.py");
    assert.equal(posixRelative(folder, path.resolve(folder, "..", "lib")), "../lib");
    assert.equal(posixRelative(folder, folder), "");
  });
});
