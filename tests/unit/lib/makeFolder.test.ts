import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeFolder } from "../../../provider/lib/makeFolder.js";
import { skip } from "../../support/skip.js";

describe("makeFolder", () => {
  let root: string;
  beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-folder-"))));
  afterEach(() => fs.rmSync(root, { recursive: true }));

  it("makes what is missing, with the mode, and leaves what is there", async () => {
    const folder = path.join(root, "a", "b", "c");
    await makeFolder(folder, 0o700);
    for (const made of [folder, path.dirname(folder)]) assert.equal(fs.statSync(made).mode & 0o777, 0o700);
    fs.chmodSync(folder, 0o750);
    await makeFolder(folder, 0o700);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o750);
    fs.symlinkSync(folder, path.join(root, "link"));
    await makeFolder(path.join(root, "link"));
  });

  it("makes one folder for several that want it at once", async () => {
    const folders = Array.from({ length: 40 }, (_, i) => path.join(root, "x", "y", "z", String(i % 4)));
    await Promise.all(folders.map((folder) => makeFolder(folder)));
    assert.deepEqual(fs.readdirSync(path.join(root, "x", "y", "z")), ["0", "1", "2", "3"]);
  });

  it("names what is in the way", async () => {
    fs.writeFileSync(path.join(root, "file"), "");
    fs.symlinkSync("nowhere", path.join(root, "dangling"));
    await assert.rejects(makeFolder(path.join(root, "file")), { code: "EEXIST" });
    await assert.rejects(makeFolder(path.join(root, "file", "a", "b")), { code: "ENOTDIR" });
    await assert.rejects(makeFolder(path.join(root, "dangling", "a")), { code: "ENOENT" });
  });

  it("ends where the system makes no folders", async function () {
    if (!fs.existsSync("/proc/self")) skip(this, "needs /proc");
    await assert.rejects(makeFolder("/proc/uvlambda/a/b"), { code: "ENOENT", path: "/proc/uvlambda" });
  });
});
