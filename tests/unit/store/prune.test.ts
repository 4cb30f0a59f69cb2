import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { tryLock } from "../../../provider/store/locks/lock.js";
import { ProcessIdentity } from "../../../provider/store/locks/processIdentity.js";
import { Store } from "../../../provider/store/store.js";
import { Scratch } from "../support/scratch.js";
import { Creator, getContent, leftovers, looksAtLock, writeContent } from "./contents.js";

const day = 24 * 3600 * 1000;
const start = Date.UTC(2030, 0, 1);

describe("Store.prune", function () {
  this.timeout(120_000);
  const scratch = new Scratch();
  let root: string;
  beforeEach(async () => {
    root = path.join(await scratch.make(), "cache");
  });
  afterEach(() => scratch.remove());

  const at = (now: number) => new Store(root, { now: () => now });
  const names = async () => (await fs.readdir(path.join(root, "v1", "thing")).catch(() => [])).sort();

  /** As if the process that used these entries had ended: its lease names a process that is dead. */
  async function endProcess(): Promise<void> {
    const leases = path.join(root, "v1", ".leases");
    for (const name of await fs.readdir(leases)) {
      await fs.rename(path.join(leases, name), path.join(leases, name.replace(/^\d+/, "4194305")));
    }
  }

  async function put(key: string, when: number, bytes = 1000): Promise<void> {
    const { entry } = await at(when).getOrCreate("thing", key, (folder) =>
      fs.writeFile(path.join(folder, "f"), Buffer.alloc(bytes)),
    );
    // What is new was used when it was made, whatever this machine's clock says.
    await fs.utimes(path.join(entry.folder, "entry.json"), when / 1000, when / 1000);
    await endProcess();
  }

  it("removes what was not used for too long", async () => {
    await put("old", start);
    await put("young", start + 20 * day);
    const { removed, bytesFreed } = await at(0).prune({ now: start + 31 * day });
    assert.deepEqual(await names(), ["young"]);
    assert.equal(removed, 1);
    assert.ok(bytesFreed >= 1000 && bytesFreed < 2000, `${bytesFreed}`);
    await at(0).prune({ now: start + 31 * day, maxAgeDays: 5 });
    assert.deepEqual(await names(), []);
  });

  it("counts what other programs keep by the same rules, and leaves what is in use", async () => {
    await put("entry", start + 2 * day, 10_000);
    const made = await at(start).cacheFolder("tool");
    await fs.mkdir(path.join(made, "deep"));
    await fs.writeFile(path.join(made, "deep/f"), Buffer.alloc(20_000));
    await fs.utimes(made, start / 1000, start / 1000);
    const there = () => existsSync(made);
    const limits = { now: start + 3 * day, maxBytes: 25_000 };

    assert.equal((await at(0).prune(limits)).removed, 1, "it is in use, so the entry has to go");
    assert.ok(there());
    await put("entry", start + 2 * day, 10_000);
    await endProcess();
    const { removed, bytesFreed } = await at(0).prune(limits);
    assert.deepEqual([removed, there(), await names()], [1, false, ["entry"]]);
    assert.ok(bytesFreed >= 20_000);

    assert.equal(await at(start + 4 * day).cacheFolder("tool"), made);
    await endProcess();
    await at(0).prune({ now: start + 20 * day, maxAgeDays: 17 });
    assert.ok(there());
    await at(0).prune({ now: start + 22 * day, maxAgeDays: 17 });
    assert.ok(!there());
  });

  it("removes the least recently used until the rest fits", async () => {
    for (const [i, key] of ["a", "b", "c", "d"].entries()) await put(key, start + i * day, 10_000);
    // A use counts, and the time of making does not.
    assert.ok(await at(start + 10 * day).find("thing", "a"));
    await endProcess();
    const result = await at(0).prune({ now: start + 11 * day, maxBytes: 25_000 });
    assert.deepEqual(await names(), ["a", "d"]);
    assert.equal(result.removed, 2);
    assert.ok(result.bytesFreed >= 20_000);
    assert.deepEqual(await leftovers(root), []);
  });

  it("keeps everything within the limits", async () => {
    await put("a", start);
    assert.deepEqual(await at(0).prune({ now: start + day }), { removed: 0, bytesFreed: 0 });
    assert.deepEqual(await names(), ["a"]);
  });

  it("never removes entries that a living process found or made", async () => {
    await put("found", start);
    await put("unused", start);
    const user = at(start);
    const found = await user.find("thing", "found");
    await user.getOrCreate("thing", "made", (folder) => writeContent("made", folder));
    await at(0).prune({ now: start + 1000 * day, maxBytes: 0 });
    assert.deepEqual(await names(), ["found", "made"]);
    assert.equal((await fs.readFile(found!.file("f"))).length, 1000);
  });

  it("an entry that is asked for while others are taken out waits, and is made again if it went", async () => {
    await put("k", start);
    const cleaning = path.join(root, "v1", ".locks", ".prune");
    const release = await tryLock(cleaning, new ProcessIdentity());
    let settled = false;
    const finding = at(start)
      .find("thing", "k")
      .finally(() => (settled = true));
    await looksAtLock(cleaning);
    assert.equal(settled, false, "used an entry that is being taken out");
    await fs.rm(path.join(root, "v1", "thing", "k"), { recursive: true });
    release!();
    assert.equal(await finding, undefined);
  });

  it("removes leftovers of killed processes, and their locks and leases", async () => {
    await put("k", start);
    const base = path.join(root, "v1");
    const [lease] = await fs.readdir(path.join(base, ".leases"));
    const left = path.join(base, ".temporary", `${lease}-entry`);
    await fs.mkdir(path.join(left, "folder"), { recursive: true });
    await fs.writeFile(path.join(left, "folder", "file"), Buffer.alloc(5000));
    await fs.writeFile(path.join(base, ".locks", "thing.x"), lease!);
    const { removed, bytesFreed } = await at(0).prune({ now: start + day });
    assert.equal(removed, 0);
    assert.equal(bytesFreed, 5000);
    assert.deepEqual(await fs.readdir(path.join(base, ".temporary")), []);
    assert.deepEqual(await fs.readdir(path.join(base, ".locks")), []);
    assert.ok(!(await fs.readdir(path.join(base, ".leases"))).includes(lease!));
  });

  it("removes damaged entries first", async () => {
    await put("good", start);
    await put("bad", start + day);
    await fs.rm(path.join(root, "v1", "thing", "bad", "entry.json"));
    await at(0).prune({ now: start + 2 * day });
    assert.deepEqual(await names(), ["good"]);
  });

  it("leaves other versions of the store alone, and files of others beside it", async () => {
    await put("old", start);
    for (const name of ["v0/thing/k/entry.json", "v2/thing/k/entry.json", "notes.txt"]) {
      await scratch.write(root, { [name]: "x" });
    }
    await at(0).prune({ now: start + 1000 * day, maxBytes: 0 });
    assert.deepEqual((await fs.readdir(root)).sort(), ["notes.txt", "v0", "v1", "v2"]);
    assert.equal(await fs.readFile(path.join(root, "v0/thing/k/entry.json"), "utf8"), "x");
    assert.equal(await fs.readFile(path.join(root, "v2/thing/k/entry.json"), "utf8"), "x");
    assert.deepEqual(await names(), []);
  });

  it("runs in the background once a day", async () => {
    await put("old", start);
    const later = start + 100 * day;
    assert.equal((await at(later).pruneDaily())?.removed, 1);
    assert.equal(await at(later + day / 2).pruneDaily(), undefined);
    assert.ok(await at(later + 2 * day).pruneDaily());
  });

  it("has nothing to do on an empty store", async () => {
    assert.deepEqual(await at(0).prune(), { removed: 0, bytesFreed: 0 });
  });

  it("while four processes build: no build fails, and nothing they use goes", async () => {
    const keys = Array.from({ length: 12 }, (_, i) => `k${i}`);
    const family = [0, 1, 2, 3].map((i) => new Creator({ root, keys: [...keys.slice(i * 3), ...keys], pauseMs: 5 }));
    try {
      await Promise.all(family.map((child) => child.ready()));
      for (const child of family) child.go();
      let running = true;
      const all = Promise.all(family.map((child) => child.results())).finally(() => (running = false));
      let prunes = 0;
      while (running) {
        await new Store(root).prune({ maxBytes: 0, maxAgeDays: 0 });
        prunes++;
      }
      await all;
      assert.ok(prunes > 3);
    } finally {
      for (const child of family) child.kill();
    }
    // Leases of processes that ended no longer protect anything; what is there is whole.
    const store = new Store(root, { reporter: { progress() {}, warn: (message) => assert.fail(message) } });
    for (const key of keys) await getContent(store, key);
  });
});
