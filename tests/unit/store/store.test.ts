import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Store } from "../../../provider/store/store.js";
import { Scratch } from "../support/scratch.js";
import { contentOf, leftovers, writeContent } from "./contents.js";

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("Store", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  let root: string;
  let warnings: string[];
  const open = () => new Store(root, { reporter: { progress() {}, warn: (message) => void warnings.push(message) } });

  beforeEach(async () => {
    root = path.join(await scratch.make(), "cache");
    warnings = [];
  });

  /** Gets the entry `k`; the number of times that had to make it. */
  async function get(store: Store): Promise<number> {
    let made = 0;
    const { entry, created } = await store.getOrCreate("thing", "k", async (folder) => {
      made++;
      await writeContent("k", folder);
      return { fact: "k" };
    });
    for (const [name, bytes] of contentOf("k")) assert.deepEqual(await fs.readFile(entry.file(name)), bytes);
    assert.deepEqual(entry.meta, { fact: "k" });
    assert.equal(created, made > 0);
    return made;
  }

  it("touches nothing before it is used, and then makes its folder for this user alone", async () => {
    const store = open();
    await assert.rejects(fs.stat(root), { code: "ENOENT" });
    assert.equal(await store.find("thing", "k"), undefined);
    assert.equal((await fs.stat(root)).mode & 0o777, 0o700);
  });

  it("keeps files and facts, in this process and the next", async () => {
    assert.equal(await get(open()), 1);
    const store = open();
    assert.equal(await get(store), 0);
    const entry = await store.find("thing", "k");
    assert.equal(entry?.folder, path.join(root, "v1", "thing", "k"));
    const expected = contentOf("k").map(([name, bytes]) => [name, { sha256: sha256(bytes), size: bytes.length }]);
    assert.deepEqual(entry.files, Object.fromEntries(expected));
    assert.deepEqual(await leftovers(root), []);
    assert.deepEqual(warnings, []);
  });

  it("gives what was made and what is read the same shape", async () => {
    const meta = { n: 1, nothing: undefined, list: [1, "a"], name: "ä漢" };
    const made = await open().getOrCreate("thing", "m", async () => meta);
    const read = await open().find("thing", "m");
    assert.deepEqual(made.entry.meta, { n: 1, list: [1, "a"], name: "ä漢" });
    assert.deepEqual(read?.meta, made.entry.meta);
    assert.deepEqual((await open().getOrCreate("thing", "u", async () => undefined)).entry.meta, null);
  });

  it("knows no file that was not stored", async () => {
    await get(open());
    const entry = await open().find("thing", "k");
    for (const name of ["missing", "../k/a.txt", "toString"]) assert.throws(() => entry!.file(name), /has no file/);
  });

  it("refuses names that are no file names", async () => {
    for (const name of ["", ".", "..", "a/b", "../x", ".hidden", "a\0b", "a\nb", "x".repeat(300)]) {
      await assert.rejects(open().find("thing", name), /not a name/);
      await assert.rejects(open().find(name, "k"), /not a name/);
    }
  });

  it("makes an entry once for all who ask at the same time", async () => {
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

  it("fails all who wait when the making fails, keeps nothing, and tries again for the next", async () => {
    const store = open();
    const failing = async (folder: string) => {
      await writeContent("k", folder);
      throw new Error("no wheel");
    };
    const results = await Promise.allSettled([1, 2, 3].map(() => store.getOrCreate("thing", "k", failing)));
    for (const result of results) assert.match(String((result as PromiseRejectedResult).reason), /no wheel/);
    assert.equal(await store.find("thing", "k"), undefined);
    assert.deepEqual(await leftovers(root), []);
    assert.equal(await get(store), 1);
  });

  it("passes an error of the making on as it is, also one of the file system", async () => {
    const file = path.join(root, "not there");
    await assert.rejects(open().getOrCreate("thing", "k", () => fs.readFile(file)), { code: "ENOENT", path: file });
  });

  it("lets one making use another entry", async () => {
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
    for (const of of ["call", "store"]) {
      const abort = new AbortController();
      const options = { signal: abort.signal, onWait: () => abort.abort() };
      const waiting =
        of === "call"
          ? open().getOrCreate("thing", "k", async () => 2, options)
          : new Store(root, options).getOrCreate("thing", "k", async () => 2, { onWait: options.onWait });
      await assert.rejects(waiting, { code: "CANCELLED" }, of);
    }
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

  describe("with damage on the disk", () => {
    const file = (name: string) => path.join(root, "v1", "thing", "k", name);
    const flip = async (name: string, at = 5) => {
      const bytes = await fs.readFile(file(name));
      bytes[at]! ^= 1;
      await fs.writeFile(file(name), bytes);
    };
    const replaceMeta = async (from: string | RegExp, to: string) =>
      fs.writeFile(file("entry.json"), (await fs.readFile(file("entry.json"), "utf8")).replace(from, to));

    const damages: Record<string, () => Promise<unknown>> = {
      "a byte is flipped": () => flip("big.bin", 200_000),
      "a byte is flipped and the time is put back": async () => {
        const { atime, mtime } = await fs.stat(file("big.bin"));
        await flip("big.bin", 200_000);
        await fs.utimes(file("big.bin"), atime, mtime);
      },
      "a file is truncated": () => fs.truncate(file("big.bin"), 0),
      "a file is longer": () => fs.appendFile(file("a.txt"), "x"),
      "a file is missing": () => fs.rm(file("folder/b.txt")),
      "a file is a folder": () => fs.rm(file("a.txt")).then(() => fs.mkdir(file("a.txt"))),
      "a file is a link to the same bytes": async () => {
        await fs.rename(file("a.txt"), path.join(root, "elsewhere"));
        await fs.symlink(path.join(root, "elsewhere"), file("a.txt"));
      },
      "entry.json is missing": () => fs.rm(file("entry.json")),
      "entry.json is empty": () => fs.truncate(file("entry.json"), 0),
      "entry.json is garbage": () => fs.writeFile(file("entry.json"), Buffer.from([0, 255, 254, 7])),
      "entry.json is cut": () => fs.truncate(file("entry.json"), 100),
      "entry.json is other JSON": () => fs.writeFile(file("entry.json"), "null"),
      "entry.json has another shape": () => fs.writeFile(file("entry.json"), '{"files":{}}'),
      "entry.json says other facts": () => replaceMeta('"fact":"k"', '"fact":"l"'),
      "entry.json is another entry's": async () => {
        const other = await open().getOrCreate("thing", "other", (folder) => writeContent("k", folder));
        await fs.copyFile(path.join(other.entry.folder, "entry.json"), file("entry.json"));
      },
      "the entry is a file": async () => {
        await fs.rm(file(""), { recursive: true });
        await fs.writeFile(path.join(root, "v1", "thing", "k"), "x");
      },
    };

    for (const [name, damage] of Object.entries(damages)) {
      it(`${name}: warns once, removes the entry and makes it again`, async () => {
        await get(open());
        await damage();
        const store = open();
        assert.equal(await get(store), 1);
        assert.equal(warnings.length, 1, warnings.join("\n"));
        assert.ok(warnings[0]!.includes(path.join(root, "v1", "thing", "k")) && warnings[0]!.includes("damaged"));
        assert.equal(await get(store), 0);
        assert.equal(await get(open()), 0);
        assert.deepEqual(await leftovers(root), []);
      });

      it(`${name}: find takes it for missing`, async () => {
        await get(open());
        await damage();
        assert.equal(await open().find("thing", "k"), undefined);
        assert.equal(warnings.length, 1);
        assert.equal(await open().find("thing", "k"), undefined);
        assert.equal(warnings.length, 1);
      });
    }

    it("notices damage that happens between two uses in one process", async () => {
      const store = open();
      await get(store);
      await flip("big.bin", 200_000);
      assert.equal(await get(store), 1);
      assert.equal(warnings.length, 1);
    });

    it("replaces a damaged entry that appears while a good one is made", async () => {
      const { entry } = await open().getOrCreate("thing", "k", async (folder) => {
        await fs.mkdir(file(""), { recursive: true });
        await fs.writeFile(file("entry.json"), "garbage");
        await writeContent("k", folder);
      });
      assert.deepEqual(await fs.readFile(entry.file("a.txt"), "utf8"), "a of k");
      assert.equal(warnings.length, 1);
    });

    it("keeps a good entry that appears while another is made", async () => {
      const { entry, created } = await open().getOrCreate("thing", "k", async () => {
        // As if the lock had been lost: another process makes the same entry at the same time.
        await fs.rm(path.join(root, "v1", ".locks", "thing.k"));
        await open().getOrCreate("thing", "k", async () => "first");
        return "second";
      });
      assert.equal(entry.meta, "first");
      assert.equal(created, true);
      assert.deepEqual(warnings, []);
    });
  });

  it("verifies a file once as long as it stays the same", async () => {
    await get(open());
    const file = path.join(root, "v1", "thing", "k", "big.bin");
    await fs.utimes(file, 1000, 1000);
    const store = open();
    await get(store);
    // Other bytes behind the same size, time and inode: only reading again could tell.
    const handle = await fs.open(file, "r+");
    await handle.write("X", 1000);
    await handle.close();
    await fs.utimes(file, 1000, 1000);
    assert.ok(await store.find("thing", "k"), "read again although nothing seemed to change");
    assert.equal(await open().find("thing", "k"), undefined, "a new process must read it");
  });

  it("works again after the whole store was deleted", async () => {
    const store = open();
    await get(store);
    await fs.rm(root, { recursive: true });
    assert.equal(await get(store), 1);
    await (await store.scratch("x")).remove();
  });
});
