import assert from "node:assert/strict";
import { promises } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { WorkFolder } from "../../../provider/store/placed/workFolder.js";
import { folderPrint } from "../../../provider/store/verify/folderPrint.js";
import { treeDigest } from "../../../provider/tree/digest.js";
import { scanFolder } from "../../../provider/tree/scan.js";
import { openedDuring } from "../../support/openedFiles.js";
import { WorkFolderBench } from "./workFolderBench.js";

describe("folders in the work folder", function () {
  this.timeout(60_000);
  const bench = new WorkFolderBench();
  let program: string;
  let folder: string;
  beforeEach(() => ({ program, folder } = bench));

  interface SourceFolder {
    readonly folder: string;
    readonly digest: string;
  }

  async function sourceFolder(content = "one"): Promise<SourceFolder> {
    const from = path.join(path.dirname(program), `folder-${content}`);
    await fs.mkdir(path.join(from, "code/deep"), { recursive: true, mode: 0o700 });
    await fs.mkdir(path.join(from, "empty"), { recursive: true, mode: 0o700 });
    await fs.writeFile(path.join(from, "code/deep/a.py"), content, { mode: 0o600 });
    await fs.writeFile(path.join(from, "code/run"), "#!/bin/sh\n", { mode: 0o600 });
    return { folder: from, digest: treeDigest(await scanFolder(from)) };
  }

  async function expectWhole(digest: string): Promise<void> {
    const target = path.join(folder, digest);
    assert.equal(treeDigest(await scanFolder(target)), digest);
    const modes = ["", "code", "code/deep", "empty", "code/deep/a.py", "code/run"].map(
      async (name) => (await fs.lstat(path.join(target, name))).mode & 0o777,
    );
    assert.deepEqual(await Promise.all(modes), [0o755, 0o755, 0o755, 0o755, 0o644, 0o755]);
  }

  it("are under their digest, readable for everybody, and are named relative to the program", async () => {
    const { folder: from, digest } = await sourceFolder();
    const name = await new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
    assert.equal(name, `.uvlambda/${digest}`);
    await expectWhole(digest);
    assert.deepEqual(await fs.readdir(path.join(folder, ".temporary")), []);
  });

  it("are read once when they are copied, with their hash", async () => {
    const { folder: from, digest } = await sourceFolder();
    const place = () => new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
    const opened = await openedDuring(path.dirname(program), place);
    const files = Object.entries(opened).filter(([name]) => ["a.py", "run"].includes(path.basename(name)));
    assert.deepEqual(
      files.map(([, count]) => count),
      [1, 1],
    );
  });

  it("are cloned where the file system can, and read from the clone", async () => {
    const { folder: from, digest } = await sourceFolder();
    const { copyFile } = promises;
    // As if this one could.
    Object.assign(promises, { copyFile: (file: string, to: string) => copyFile(file, to) });
    try {
      const place = () => new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
      const opened = Object.keys(await openedDuring(from, place));
      assert.deepEqual(opened.sort(), ["", "code", "code/deep", "empty"], "folders only");
    } finally {
      Object.assign(promises, { copyFile });
    }
    await expectWhole(digest);
  });

  it("are not written when they are there and whole, also by two runs at once", async () => {
    const { folder: from, digest } = await sourceFolder();
    const runs = [new WorkFolder(program, ".uvlambda"), new WorkFolder(program, ".uvlambda")];
    await Promise.all(runs.map((one) => one.placeFolder(from, digest)));
    await expectWhole(digest);
    await fs.rm(from, { recursive: true });
    await runs[0]!.placeFolder(from, digest);
  });

  const folderDamages: Record<string, (placed: string) => Promise<unknown>> = {
    "has another file": (placed) => fs.writeFile(path.join(placed, "code/deep/a.py"), "two"),
    "has a file too many": (placed) => fs.writeFile(path.join(placed, "code/new.py"), ""),
    "lacks a file": (placed) => fs.rm(path.join(placed, "code/run")),
    "has another mode": (placed) => fs.chmod(path.join(placed, "code/run"), 0o700),
    "has a folder of another mode": (placed) => fs.chmod(path.join(placed, "code"), 0o700),
    "has a link": async (placed) => {
      await fs.rename(path.join(placed, "code/run"), path.join(placed, "../run"));
      await fs.symlink("../../run", path.join(placed, "code/run"));
    },
    "is a file": (placed) => fs.rm(placed, { recursive: true }).then(() => fs.writeFile(placed, "")),
  };
  for (const [name, damage] of Object.entries(folderDamages)) {
    it(`are replaced when one ${name}`, async () => {
      const { folder: from, digest } = await sourceFolder();
      const work = new WorkFolder(program, ".uvlambda");
      await work.placeFolder(from, digest);
      await damage(path.join(folder, digest));
      await work.placeFolder(from, digest);
      await expectWhole(digest);
    });
  }

  it("are replaced when a file of the same size and date has other bytes, by the next process too", async () => {
    const { folder: from, digest } = await sourceFolder();
    await new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
    const file = path.join(folder, digest, "code/deep/a.py");
    const { atime, mtime } = await fs.stat(file);
    await fs.writeFile(file, "two");
    await fs.utimes(file, atime, mtime);
    await new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
    await expectWhole(digest);
  });

  it("are not read again for a day while nothing about them changes", async () => {
    const { folder: from, digest } = await sourceFolder();
    const target = path.join(folder, digest);
    await new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
    // What only reading would notice: the record is of these very files.
    await fs.writeFile(path.join(target, "code/deep/a.py"), "two");
    const record = path.join(folder, ".verified", digest);
    const known = JSON.parse(await fs.readFile(record, "utf8")) as { files: Record<string, string> };
    await fs.writeFile(record, JSON.stringify({ ...known, files: { [digest]: folderPrint(target) } }));
    await new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
    assert.equal(await fs.readFile(path.join(target, "code/deep/a.py"), "utf8"), "two");
    const tomorrow = () => Date.now() + 25 * 3600 * 1000;
    await new WorkFolder(program, ".uvlambda", { now: tomorrow }).placeFolder(from, digest);
    await expectWhole(digest);
  });

  describe("take unchanged files from the folder before", () => {
    /** A folder in an entry of the store, whose manifest has the hashes of its files. */
    async function entryFolder(name: string, contents: Record<string, string>): Promise<SourceFolder> {
      const from = path.join(path.dirname(program), name, "context");
      for (const [file, content] of Object.entries(contents)) {
        await fs.mkdir(path.dirname(path.join(from, file)), { recursive: true });
        await fs.writeFile(path.join(from, file), content);
      }
      const tree = await scanFolder(from);
      const files = Object.fromEntries(
        tree.map(({ path: file, size, sha256 }) => [`context/${file}`, { size, sha256 }]),
      );
      const entry = { files };
      const sha256 = sha256Hex(JSON.stringify(entry));
      await fs.writeFile(path.join(from, "../entry.json"), JSON.stringify({ sha256, entry }));
      return { folder: from, digest: treeDigest(tree) };
    }
    const inode = async (digest: string, file: string) => (await fs.stat(path.join(folder, digest, file))).ino;
    const place = ({ folder: from, digest }: SourceFolder) =>
      new WorkFolder(program, ".uvlambda").placeFolder(from, digest);

    let one: SourceFolder;
    let two: SourceFolder;
    beforeEach(async () => {
      one = await entryFolder("one", { "deps/a.py": "same", "deps/run": "#!/bin/sh\n", "code/main.py": "one" });
      two = await entryFolder("two", { "deps/a.py": "same", "deps/run": "#!/bin/sh\n", "code/main.py": "two" });
    });

    it("as links, and both stay whole", async () => {
      await place(one);
      await place(two);
      for (const file of ["deps/a.py", "deps/run"])
        assert.equal(await inode(two.digest, file), await inode(one.digest, file));
      assert.notEqual(await inode(two.digest, "code/main.py"), await inode(one.digest, "code/main.py"));
      for (const { digest } of [one, two])
        assert.equal(treeDigest(await scanFolder(path.join(folder, digest))), digest);
    });

    it("and neither is read again", async () => {
      await place(one);
      await place(two);
      for (const { digest } of [one, two]) {
        const record = await fs.readFile(path.join(folder, ".verified", digest), "utf8");
        assert.equal(
          (JSON.parse(record) as { files: object }).files[digest as never],
          folderPrint(path.join(folder, digest)),
        );
      }
    });

    it("and are both made again when a shared file is edited", async () => {
      await place(one);
      await place(two);
      await fs.writeFile(path.join(folder, one.digest, "deps/a.py"), "edit");
      await place(two);
      await place(one);
      for (const { digest } of [one, two])
        assert.equal(treeDigest(await scanFolder(path.join(folder, digest))), digest);
    });

    it("but not from one that was changed since it was placed", async () => {
      await place(one);
      await fs.writeFile(path.join(folder, one.digest, "deps/a.py"), "edit");
      await place(two);
      assert.notEqual(await inode(two.digest, "deps/run"), await inode(one.digest, "deps/run"));
      assert.equal(treeDigest(await scanFolder(path.join(folder, two.digest))), two.digest);
    });

    it("but not by a list that is not of that folder", async () => {
      await place(one);
      const list = path.join(folder, ".trees", one.digest);
      const tree = JSON.parse(await fs.readFile(list, "utf8")) as { path: string; sha256: string }[];
      const main = tree.find((entry) => entry.path === "code/main.py")!;
      const other = (await scanFolder(two.folder)).find((entry) => entry.path === "code/main.py")!;
      await fs.writeFile(
        list,
        JSON.stringify(tree.map((entry) => (entry === main ? { ...entry, sha256: other.sha256 } : entry))),
      );
      await place(two);
      assert.equal(await fs.readFile(path.join(folder, two.digest, "code/main.py"), "utf8"), "two");
    });
  });

  it("are never placed from a source that is not what its digest says", async () => {
    const { folder: from, digest } = await sourceFolder();
    await fs.writeFile(path.join(from, "code/run"), "other");
    await assert.rejects(new WorkFolder(program, ".uvlambda").placeFolder(from, digest), { code: "STORE_FAILED" });
    assert.deepEqual(await bench.placed(), []);
  });

  it("go with the runs that used them", async () => {
    const digests: string[] = [];
    for (const content of ["one", "two", "three", "four"]) {
      const { folder: from, digest } = await sourceFolder(content);
      await new WorkFolder(program, ".uvlambda").placeFolder(from, digest);
      await bench.endRuns();
      digests.push(digest);
    }
    assert.deepEqual(await bench.placed(), digests.slice(1).sort(), "two runs before the last one");
    assert.deepEqual((await fs.readdir(path.join(folder, ".trees"))).sort(), await bench.placed());
  });
});
