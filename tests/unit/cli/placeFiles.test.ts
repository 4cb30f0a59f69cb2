import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { placeFiles } from "../../../provider/cli/build/placeFiles.js";
import { ProcessIdentity } from "../../../provider/store/locks/processIdentity.js";
import { temporaryFolder } from "../../support/trees.js";

describe("placeFiles", () => {
  let folder: string;
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const source = (text: string) => {
    fs.mkdirSync(at("store"), { recursive: true });
    // As in the store, this is another file, never the same one with other bytes.
    fs.rmSync(at("store", "code.zip"), { force: true });
    fs.writeFileSync(at("store", "code.zip"), text);
    return [at("store", "code.zip")];
  };
  const placed = () => fs.readFileSync(at("out", "code.zip"), "utf8");
  const inode = () => fs.statSync(at("out", "code.zip")).ino;

  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("does not copy what is there already", async () => {
    const files = source("one");
    assert.deepEqual(await placeFiles(files, at("out")), [at("out", "code.zip")]);
    const before = inode();
    assert.deepEqual(await placeFiles(files, at("out")), [at("out", "code.zip")]);
    assert.equal(inode(), before);
    assert.deepEqual(fs.readdirSync(at("out")).sort(), [".uvlambda-out", "code.zip"]);
  });

  it("removes what a killed process left, also where nothing is copied", async () => {
    const files = source("one");
    await placeFiles(files, at("out"));
    // No process has a number as high.
    const dead = new ProcessIdentity().newName().replace(/^\d+/, "4194305");
    fs.mkdirSync(at("out", `.uvlambda-${dead}`));
    await placeFiles(files, at("out"));
    assert.deepEqual(fs.readdirSync(at("out")).sort(), [".uvlambda-out", "code.zip"]);
  });

  it("copies files again that somebody changed, touched, replaced or removed", async () => {
    const files = source("one");
    await placeFiles(files, at("out"));
    const changes = [
      () => fs.writeFileSync(at("out", "code.zip"), "two"),
      () => {
        const { atime, mtime } = fs.statSync(at("out", "code.zip"));
        fs.writeFileSync(at("out", "code.zip"), "one".toUpperCase());
        fs.utimesSync(at("out", "code.zip"), atime, mtime);
      },
      () => fs.rmSync(at("out", "code.zip")),
      () => {
        fs.writeFileSync(at("other"), "six");
        fs.renameSync(at("other"), at("out", "code.zip"));
      },
    ];
    for (const change of changes) {
      change();
      await placeFiles(files, at("out"));
      assert.equal(placed(), "one");
    }
  });

  it("copies another artifact of the same size", async () => {
    await placeFiles(source("one"), at("out"));
    await placeFiles(source("two"), at("out"));
    assert.equal(placed(), "two");
  });

  it("removes what this build does not make", async () => {
    const files = source("one");
    fs.writeFileSync(at("store", "sbom.cdx.json"), "{}");
    await placeFiles([...files, at("store", "sbom.cdx.json")], at("out"));
    await placeFiles(files, at("out"));
    assert.deepEqual(fs.readdirSync(at("out")).sort(), [".uvlambda-out", "code.zip"]);
  });

  it("does not copy a folder again, unless something in it or in its source changed", async () => {
    fs.mkdirSync(at("store", "context", "code"), { recursive: true });
    const original = at("store", "context", "code", "a.py");
    const copy = at("out", "context", "code", "a.py");
    fs.writeFileSync(original, "one");
    const place = () => placeFiles([at("store", "context")], at("out"));
    await place();
    const { ino } = fs.statSync(copy);
    await place();
    assert.equal(fs.statSync(copy).ino, ino);
    const changes: Record<string, () => void> = {
      "other bytes of the same size": () => fs.writeFileSync(copy, "two"),
      "another mode": () => fs.chmodSync(copy, 0o600),
      "a file too many": () => fs.writeFileSync(at("out", "context", "new.py"), ""),
      "a file less": () => fs.rmSync(copy),
      "a link": () => fs.symlinkSync("a.py", at("out", "context", "code", "b.py")),
    };
    const { mode } = fs.statSync(copy);
    for (const [change, make] of Object.entries(changes)) {
      make();
      await place();
      const files = fs.readdirSync(at("out", "context"), { recursive: true, encoding: "utf8" }).sort();
      assert.deepEqual(files, ["code", path.join("code", "a.py")], change);
      assert.deepEqual([fs.readFileSync(copy, "utf8"), fs.statSync(copy).mode], ["one", mode], change);
    }
    fs.writeFileSync(original, "new");
    await place();
    assert.equal(fs.readFileSync(copy, "utf8"), "new");
  });
});
