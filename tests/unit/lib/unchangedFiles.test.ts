import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { readUnchanged } from "../../../provider/lib/regularFile.js";
import { SETTLED_MS, UnchangedFiles } from "../../../provider/lib/files/unchangedFiles.js";
import { openedDuring, settled } from "../../support/openedFiles.js";
import { temporaryFolder } from "../../support/trees.js";

const nodeFs = createRequire(__filename)("node:fs") as { statSync: typeof fs.statSync };

describe("files that were read before", () => {
  let folder: string;
  let file: string;
  before(() => (folder = temporaryFolder()));
  beforeEach(() => {
    file = path.join(folder, "file");
    writeUntilTimeMoves("one");
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const statusOf = (name: string) => fs.statSync(name, { bigint: true });
  /** Two writes within one tick of the file system's clock cannot be told apart. */
  function writeUntilTimeMoves(text: string): void {
    const before = fs.existsSync(file) ? statusOf(file).ctimeNs : undefined;
    do fs.writeFileSync(file, text);
    while (statusOf(file).ctimeNs === before);
  }
  /** The files as they are seen that many milliseconds after the last write to `file`. */
  const seenAfter = (ms: number, maxWeight = 10) => {
    const written = Number(statusOf(file).ctimeNs / 1_000_000n);
    return new UnchangedFiles<string>(maxWeight, () => written + ms);
  };
  const keepAll = () => {
    const files = seenAfter(SETTLED_MS);
    files.keep(file, files.settledLook(statusOf(file)), "value");
    return files;
  };

  it("are known until they change, even if size and date stay", () => {
    const date = new Date("2026-01-01");
    fs.utimesSync(file, date, date);
    const files = keepAll();
    const { mtimeNs } = statusOf(file);
    assert.equal(files.find(file), "value");
    writeUntilTimeMoves("two");
    fs.utimesSync(file, date, date);
    assert.equal(statusOf(file).mtimeNs, mtimeNs);
    assert.equal(files.find(file), undefined);
  });

  it("are not known when another file has their name, or none", () => {
    const files = keepAll();
    const [aside, other] = ["aside", "other"].map((name) => path.join(folder, name)) as [string, string];
    fs.writeFileSync(other, "one");
    fs.renameSync(file, aside);
    assert.equal(files.find(file), undefined);
    fs.renameSync(other, file);
    assert.equal(files.find(file), undefined);
  });

  it("are read again if they were written a moment before, or by a clock that is ahead", () => {
    for (const ms of [SETTLED_MS - 1, 0, -60_000]) {
      const files = seenAfter(ms);
      files.keep(file, files.settledLook(statusOf(file)), "value");
      assert.equal(files.find(file), undefined, `${ms} ms`);
    }
  });

  it("are read again if they were opened a moment after a write, however long reading took", () => {
    let ms = SETTLED_MS - 1;
    const written = Number(statusOf(file).ctimeNs / 1_000_000n);
    const files = new UnchangedFiles<string>(10, () => written + ms);
    const look = files.settledLook(statusOf(file));
    ms = SETTLED_MS * 10;
    files.keep(file, look, "value");
    assert.equal(files.find(file), undefined);
  });

  it("are read again where the file system keeps times in milliseconds or seconds", () => {
    const files = seenAfter(SETTLED_MS);
    const original = nodeFs.statSync;
    const found = (ctimeNs: bigint) => {
      const status = Object.assign(original(file, { bigint: true }), { ctimeNs });
      nodeFs.statSync = (() => status) as unknown as typeof fs.statSync;
      try {
        files.keep(file, files.settledLook(status), "value");
        return files.find(file);
      } finally {
        nodeFs.statSync = original;
      }
    };
    const coarse = (statusOf(file).ctimeNs / 1_000_000n) * 1_000_000n;
    assert.deepEqual([found(coarse + 1n), found(coarse)], ["value", undefined]);
  });

  it("are known up to a limit, and the oldest go first", () => {
    const names = ["a", "b", "c"].map((name) => path.join(folder, name)) as [string, string, string];
    for (const name of names) fs.writeFileSync(name, "");
    // The clock of the test is that of `file`, which must be the newest.
    writeUntilTimeMoves("last");
    const files = seenAfter(SETTLED_MS + 1_000, 10);
    for (const [i, name] of names.entries()) files.keep(name, files.settledLook(statusOf(name)), name, i + 4);
    assert.deepEqual(
      names.map((name) => files.find(name)),
      [undefined, undefined, names[2]],
    );
    files.keep(names[0], files.settledLook(statusOf(names[0])), "too much", 11);
    assert.equal(files.find(names[0]), undefined);
    assert.equal(files.find(names[2]), names[2]);
  });

  it("are opened once, and again after an edit", async () => {
    await settled(file);
    const opens = async () => (await openedDuring(folder, async () => void readUnchanged(file)))["file"] ?? 0;
    assert.deepEqual([await opens(), await opens()], [1, 0]);
    writeUntilTimeMoves("two");
    assert.equal(await opens(), 1);
    assert.equal(readUnchanged(file).toString(), "two");
  });
});
