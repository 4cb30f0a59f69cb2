import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { removeTree } from "../../../provider/lib/removeTree.js";
import { skip } from "../../support/skip.js";
import { Scratch } from "../support/scratch.js";

describe("removeTree", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  it("removes files, folders and links, and nothing that a link leads to", async () => {
    const root = await scratch.make();
    const [tree, other] = [path.join(root, "tree"), path.join(root, "other")];
    fs.mkdirSync(path.join(tree, "a", "b"), { recursive: true });
    fs.mkdirSync(other);
    fs.writeFileSync(path.join(other, "kept.txt"), "");
    fs.writeFileSync(path.join(tree, "a", "b", "file.txt"), "");
    fs.symlinkSync(other, path.join(tree, "a", "link"));
    fs.symlinkSync("nowhere", path.join(tree, "dangling"));
    removeTree(tree);
    assert.deepEqual(fs.readdirSync(root), ["other"]);
    assert.deepEqual(fs.readdirSync(other), ["kept.txt"]);
  });

  it("does not mind what is gone, or no folder", async () => {
    const root = await scratch.make();
    removeTree(path.join(root, "missing"));
    fs.writeFileSync(path.join(root, "file.txt"), "");
    removeTree(path.join(root, "file.txt"));
    assert.deepEqual(fs.readdirSync(root), []);
  });

  it("removes files whose names are no text", async function () {
    if (process.platform !== "linux") skip(this, "only Linux has file names that are no text");
    const tree = path.join(await scratch.make(), "tree");
    fs.mkdirSync(tree);
    fs.writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff])]), "");
    removeTree(tree);
    assert.equal(fs.existsSync(tree), false);
  });
});
