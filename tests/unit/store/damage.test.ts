import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Store } from "../../../provider/store/store.js";
import { Scratch } from "../support/scratch.js";
import { getContent, leftovers, writeContent } from "./contents.js";

describe("Store, with damage on the disk", function () {
  this.timeout(60_000);
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  let root: string;
  let warnings: string[];
  beforeEach(async () => {
    root = path.join(await scratch.make(), "cache");
    warnings = [];
  });

  const open = () => new Store(root, { reporter: { progress() {}, warn: (message) => void warnings.push(message) } });
  const get = (store: Store) => getContent(store, "k");

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
    "a file is damaged, and what was verified is a folder": async () => {
      await flip("a.txt");
      await fs.rm(path.join(root, "v1", ".verified", "thing.k"));
      await fs.mkdir(path.join(root, "v1", ".verified", "thing.k", "folder"), { recursive: true });
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
      assert.equal(await get(store), true);
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.ok(warnings[0]!.includes(path.join(root, "v1", "thing", "k")) && warnings[0]!.includes("damaged"));
      assert.equal(await get(store), false);
      assert.equal(await get(open()), false);
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
    assert.equal(await get(store), true);
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
      // As if the lock was lost: another process makes the same entry at the same time.
      await fs.rm(path.join(root, "v1", ".locks", "thing.k"));
      await open().getOrCreate("thing", "k", async () => "first");
      return "second";
    });
    assert.equal(entry.meta, "first");
    assert.equal(created, true);
    assert.deepEqual(warnings, []);
  });
});
