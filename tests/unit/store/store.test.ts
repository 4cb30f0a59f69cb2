import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Store } from "../../../provider/store/store.js";
import { bootId } from "../../../provider/store/verify/bootId.js";
import { skip } from "../../support/skip.js";
import { Scratch } from "../support/scratch.js";
import { contentOf, getContent, leftovers, writeContent } from "./contents.js";

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("Store", function () {
  this.timeout(60_000);
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  let root: string;
  let warnings: string[];
  const open = () => new Store(root, { reporter: { progress() {}, warn: (message) => void warnings.push(message) } });

  beforeEach(async () => {
    root = path.join(await scratch.make(), "cache");
    warnings = [];
  });

  const get = (store: Store) => getContent(store, "k");

  it("touches nothing before it is used, and then makes its folder for this user alone", async () => {
    const store = open();
    await assert.rejects(fs.stat(root), { code: "ENOENT" });
    assert.equal(await store.find("thing", "k"), undefined);
    assert.equal((await fs.stat(root)).mode & 0o777, 0o700);
  });

  it("keeps files and facts, in this process and the next", async () => {
    assert.equal(await get(open()), true);
    const store = open();
    assert.equal(await get(store), false);
    const entry = await store.find("thing", "k");
    assert.equal(entry?.folder, path.join(root, "v1", "thing", "k"));
    const expected = contentOf("k").map(([name, bytes]) => [name, { sha256: sha256(bytes), size: bytes.length }]);
    assert.deepEqual(entry.files, Object.fromEntries(expected));
    assert.deepEqual(await leftovers(root), []);
    assert.deepEqual(warnings, []);
  });

  it("gives a made entry and a read one the same shape", async () => {
    const meta = { n: 1, nothing: undefined, list: [1, "a"], name: "ä漢" };
    const made = await open().getOrCreate("thing", "m", async () => meta);
    const read = await open().find("thing", "m");
    assert.deepEqual(made.entry.meta, { n: 1, list: [1, "a"], name: "ä漢" });
    assert.deepEqual(read?.meta, made.entry.meta);
    assert.deepEqual((await open().getOrCreate("thing", "u", async () => undefined)).entry.meta, null);
  });

  it("does not wait for the disk where the machine tells when it started", async function () {
    if (bootId() === undefined) skip(this, "this system does not tell when it started");
    const probe = await fs.open(__filename);
    const prototype = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
    await probe.close();
    const { sync } = prototype;
    let syncs = 0;
    prototype.sync = function () {
      syncs++;
      return sync.call(this);
    };
    try {
      await get(open());
      assert.equal(syncs, 0);
    } finally {
      prototype.sync = sync;
    }
  });

  it("asks again for an answer that a power failure took, whatever is left of it", async () => {
    const answer = (text: string) => open().getOrCreate("thing", "answer", async () => text);
    const { entry } = await answer("first");
    for (const left of ["", "\0".repeat(100)]) {
      await fs.writeFile(path.join(entry.folder, "entry.json"), left);
      assert.equal((await answer("again")).entry.meta, "again");
    }
    await fs.rm(path.join(entry.folder, "entry.json"));
    assert.equal((await answer("once more")).entry.meta, "once more");
  });

  it("knows no file that was not stored", async () => {
    await get(open());
    const entry = await open().find("thing", "k");
    for (const name of ["missing", "../k/a.txt", "toString"]) assert.throws(() => entry!.file(name), /has no file/);
  });

  it("refuses names that are not file names", async () => {
    for (const name of ["", ".", "..", "a/b", "../x", ".hidden", "a\0b", "a\nb", "x".repeat(300)]) {
      await assert.rejects(open().find("thing", name), /not a name/);
      await assert.rejects(open().find(name, "k"), /not a name/);
    }
  });

  it("makes an entry once for all calls at the same time", async () => {
    const store = open();
    const made = await Promise.all(Array.from({ length: 20 }, () => store.getOrCreate("thing", "k", creating())));
    assert.equal(creations, 1);
    assert.ok(made.every(({ entry, created }) => created && entry.folder === made[0]!.entry.folder));
  });

  it("makes an entry once for two stores of one process", async () => {
    await Promise.all([open(), open(), open()].map((store) => store.getOrCreate("thing", "k", creating())));
    assert.equal(creations, 1);
  });

  let creations = 0;
  function creating(): (folder: string) => Promise<void> {
    creations = 0;
    return async (folder) => {
      creations++;
      await writeContent("k", folder);
    };
  }

  it("fails all waiting calls when the creation fails, keeps nothing, and tries again for the next call", async () => {
    const store = open();
    const failing = async (folder: string) => {
      await writeContent("k", folder);
      throw new Error("no wheel");
    };
    const results = await Promise.allSettled([1, 2, 3].map(() => store.getOrCreate("thing", "k", failing)));
    for (const result of results) assert.match(String((result as PromiseRejectedResult).reason), /no wheel/);
    assert.equal(await store.find("thing", "k"), undefined);
    assert.deepEqual(await leftovers(root), []);
    assert.equal(await get(store), true);
  });

  it("passes errors of the creation on unchanged, even those of the file system", async () => {
    const file = path.join(root, "not there");
    await assert.rejects(
      open().getOrCreate("thing", "k", () => fs.readFile(file)),
      { code: "ENOENT", path: file },
    );
  });

  it("lets the creation of an entry use another entry", async () => {
    const store = open();
    const { entry } = await store.getOrCreate("outer", "k", async () => {
      const inner = await store.getOrCreate("inner", "k", async () => "inner");
      return inner.entry.meta;
    });
    assert.equal(entry.meta, "inner");
  });

  it("refuses links and special files", async () => {
    const linking = open().getOrCreate("thing", "k", (folder) => fs.symlink("/etc/passwd", path.join(folder, "link")));
    await assert.rejects(linking, { code: "BAD_FILE" });
    assert.equal(await open().find("thing", "k"), undefined);
  });

  it("gives up waiting when the signal is given", async () => {
    let finish: (value: unknown) => void = () => {};
    let began: (value: unknown) => void = () => {};
    const beginning = new Promise((resolve) => (began = resolve));
    const holder = open().getOrCreate("thing", "k", () => {
      began(undefined);
      return new Promise((resolve) => (finish = resolve));
    });
    await beginning;
    const abort = new AbortController();
    const waiting = new Store(root, { signal: abort.signal }).getOrCreate("thing", "k", async () => 2, {
      onWait: () => abort.abort(),
    });
    await assert.rejects(waiting, { code: "CANCELLED" });
    finish(1);
    assert.equal((await holder).entry.meta, 1);
  });

  describe("scratch", () => {
    it("gives an empty folder on the same file system, and removes it", async () => {
      const store = open();
      const [one, two] = [await store.scratch("install"), await store.scratch("install")];
      assert.notEqual(one.folder, two.folder);
      assert.deepEqual(await fs.readdir(one.folder), []);
      assert.equal((await fs.stat(one.folder)).dev, (await fs.stat(root)).dev);
      await fs.writeFile(path.join(one.folder, "file"), "x");
      await one.remove();
      await one.remove();
      assert.deepEqual(await leftovers(root), [path.basename(two.folder)]);
      await two.remove();
    });

    it("leaves the folders of living processes alone, and what it does not know for a day", async () => {
      const kept = await open().scratch("mine");
      const unknown = path.join(root, "v1", ".temporary", "1-2-00000000-000000000000-elsewhere");
      await fs.mkdir(unknown);
      await (await open().scratch("next")).remove();
      assert.deepEqual((await leftovers(root)).sort(), [path.basename(kept.folder), path.basename(unknown)].sort());

      const tomorrow = () => Date.now() + 25 * 3600 * 1000;
      await (await new Store(root, { now: tomorrow }).scratch("next")).remove();
      assert.deepEqual(await leftovers(root), [path.basename(kept.folder)]);
    });
  });

  it("works again after the whole store was deleted", async () => {
    const store = open();
    await get(store);
    await fs.rm(root, { recursive: true });
    assert.equal(await get(store), true);
    await (await store.scratch("x")).remove();
  });
});
