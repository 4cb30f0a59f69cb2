import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { placeFiles } from "../../../provider/cli/build/placeFiles.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
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

  it("does not take for its own what another build puts there at the same moment", async () => {
    const { rename } = fs.promises;
    Object.assign(fs.promises, {
      rename: async (from: string, to: string) => {
        await rename(from, to);
        if (to !== at("out", "code.zip")) return;
        fs.writeFileSync(at("other"), "two");
        fs.renameSync(at("other"), to);
      },
    });
    const files = source("one");
    try {
      await placeFiles(files, at("out"));
    } finally {
      Object.assign(fs.promises, { rename });
    }
    assert.equal(placed(), "two");
    await placeFiles(files, at("out"));
    assert.equal(placed(), "one");
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

  describe("takes files that did not change from the folder that it replaces", () => {
    const files = { "code/main.py": "one", "deps/a.py": "same", "deps/run": "#!/bin/sh\n" };
    const out = (file: string) => at("out", "context", file);
    const ino = (file: string) => fs.statSync(file).ino;
    const read = () => Object.keys(files).map((file) => fs.readFileSync(out(file), "utf8"));

    /** An entry of the store with the folder of an image. */
    function image(key: string, contents: Record<string, string>): string {
      const context = at("store", key, "context");
      const listed = Object.entries(contents).map(([file, text]) => {
        fs.mkdirSync(path.dirname(path.join(context, file)), { recursive: true });
        fs.writeFileSync(path.join(context, file), text);
        return [`context/${file}`, { sha256: sha256Hex(text), size: text.length }] as const;
      });
      const entry = { files: Object.fromEntries(listed) };
      const sha256 = sha256Hex(JSON.stringify(entry));
      fs.writeFileSync(at("store", key, "entry.json"), JSON.stringify({ sha256, entry }));
      return context;
    }
    const place = (context: string) => placeFiles([context], at("out"));
    let two: string;
    beforeEach(async () => {
      await place(image("one", files));
      two = image("two", { ...files, "code/main.py": "two" });
    });

    it("and shares nothing with it, or with the store, afterwards", async () => {
      const before = ["deps/a.py", "deps/run", "code/main.py"].map((file) => ino(out(file)));
      await place(two);
      assert.deepEqual(read(), ["two", "same", "#!/bin/sh\n"]);
      assert.deepEqual(
        ["deps/a.py", "deps/run"].map((file) => ino(out(file))),
        before.slice(0, 2),
      );
      assert.notEqual(ino(out("code/main.py")), before[2]);
      assert.deepEqual(
        Object.keys(files).map((file) => fs.statSync(out(file)).nlink),
        [1, 1, 1],
      );
      const { ctimeMs } = fs.statSync(at("out", "context"));
      await place(two);
      assert.equal(fs.statSync(at("out", "context")).ctimeMs, ctimeMs, "it is known as it is");
      assert.deepEqual(fs.readdirSync(at("out")).sort(), [".uvlambda-out", "context"]);
    });

    const edits: Record<string, () => void> = {
      "somebody changed a file there": () => fs.writeFileSync(out("deps/a.py"), "edit"),
      "it is not known what the store copied": () => fs.rmSync(at("store", "one", "entry.json")),
      "the entry in the store is damaged": () =>
        fs.writeFileSync(
          at("store", "one", "entry.json"),
          fs.readFileSync(at("store", "one", "entry.json"), "utf8").replace(sha256Hex("one"), sha256Hex("two")),
        ),
      "the store made the entry again, with other bytes": () => void image("one", { ...files, "deps/a.py": "else" }),
      "the machine was started since": () => {
        const record = fs.readFileSync(at("out", ".uvlambda-out"), "utf8");
        fs.writeFileSync(at("out", ".uvlambda-out"), record.replace(/^context \S+ one/m, "context earlier one"));
      },
    };
    for (const [name, edit] of Object.entries(edits))
      it(`but not if ${name}`, async () => {
        const before = ino(out("deps/run"));
        edit();
        await place(two);
        assert.deepEqual(read(), ["two", "same", "#!/bin/sh\n"]);
        assert.notEqual(ino(out("deps/run")), before);
      });

    it("but not if somebody writes there meanwhile", async () => {
      const { copyFile } = fs.promises;
      const copyThenEdit = async (file: string, to: string) => {
        await copyFile(file, to);
        if (fs.existsSync(out("deps/a.py"))) fs.writeFileSync(out("deps/a.py"), "edit");
      };
      Object.assign(fs.promises, { copyFile: copyThenEdit });
      try {
        await place(two);
      } finally {
        Object.assign(fs.promises, { copyFile });
      }
      assert.deepEqual(read(), ["two", "same", "#!/bin/sh\n"]);
    });
  });
});
