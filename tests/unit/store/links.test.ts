import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { EntryLinks } from "../../../provider/store/entryLinks.js";
import { Layout } from "../../../provider/store/layout.js";
import { Store, type StoreOptions } from "../../../provider/store/store.js";
import { VerifiedFiles } from "../../../provider/store/verify/verifiedFiles.js";
import { lookedAtDuring } from "../../support/openedFiles.js";
import { Scratch } from "../support/scratch.js";

const content = Buffer.alloc(300_000, "some text ");
const identity = { sha256: sha256Hex(content), size: content.length };

describe("Store: entries made of links to others", () => {
  const scratch = new Scratch();
  let root: string;
  let warnings: string[];
  beforeEach(async () => {
    root = path.join(await scratch.make(), "cache");
    warnings = [];
  });
  afterEach(() => scratch.remove());

  const open = (more: StoreOptions = {}) =>
    new Store(root, { reporter: { progress: () => {}, warn: (text) => void warnings.push(text) }, ...more });
  const at = (...names: string[]) => path.join(root, "v1", ...names);
  const source = () => at("pack", "p", "data");

  async function makePack(store: Store): Promise<void> {
    await store.getOrCreate("pack", "p", async (folder, onHashed) => {
      await fs.writeFile(path.join(folder, "data"), content);
      onHashed("data", identity);
    });
  }

  /** An entry with the pack's file in a folder. Returns whether it was linked. */
  async function makeLinked(store: Store, key = "a"): Promise<boolean> {
    let isLinked = false;
    await store.getOrCreate("artifact", key, async (folder, onHashed, link) => {
      await fs.mkdir(path.join(folder, "deep"));
      isLinked = await link(source(), "deep/file", identity);
      onHashed("deep/file", identity);
      if (!isLinked) await fs.copyFile(source(), path.join(folder, "deep/file"));
    });
    return isLinked;
  }

  /** Changes a byte in place, and gives the file its old times. */
  async function edit(file: string): Promise<void> {
    const { atime, mtime } = await fs.stat(file);
    const handle = await fs.open(file, "r+");
    await handle.write("X", 1000);
    await handle.close();
    await fs.utimes(file, atime, mtime);
  }

  const remembered = async (id: string, name: string) => {
    const record = JSON.parse(await fs.readFile(at(".verified", id), "utf8")) as { files: Record<string, string> };
    return record.files[name];
  };

  it("write nothing twice, and are not read again by the next process", async () => {
    const store = open();
    await makePack(store);
    assert.ok(await makeLinked(store));
    const { ino, ctimeNs, dev, size, mtimeNs } = await fs.lstat(source(), { bigint: true });
    assert.equal((await fs.lstat(at("artifact", "a", "deep/file"), { bigint: true })).ino, ino);
    const now = [dev, ino, size, mtimeNs, ctimeNs, identity.sha256].join(" ");
    assert.equal(await remembered("artifact.a", "deep/file"), now);
    assert.equal(await remembered("pack.p", "data"), now, "the link has changed ctime");
  });

  it("look at the file when it is linked, and not again to remember it", async () => {
    const store = open();
    await makePack(store);
    const looks = await lookedAtDuring(root, () => makeLinked(store));
    assert.equal(looks["v1/pack/p/data"], 1);
    assert.equal(looks["v1/artifact/a/deep/file"], undefined);
    assert.ok((await open().find("pack", "p")) !== undefined);
    assert.deepEqual(warnings, []);
  });

  it("are damaged together when one of them is edited, in this process and the next, also with the old times", async () => {
    const store = open();
    await makePack(store);
    await makeLinked(store);
    await edit(at("artifact", "a", "deep/file"));
    assert.equal(await store.find("pack", "p"), undefined);
    assert.equal(await open().find("artifact", "a"), undefined);
    assert.equal(warnings.filter((text) => text.includes("does not have the bytes that were stored")).length, 2);
  });

  it("are not made from a file that was damaged since it was found", async () => {
    const store = open();
    await makePack(store);
    await edit(source());
    await assert.rejects(makeLinked(store), { code: "BAD_FILE" });
    assert.equal(await store.find("artifact", "a"), undefined);
  });

  it("stay when the others go", async () => {
    const store = open();
    await makePack(store);
    await makeLinked(store);
    await fs.rm(at("pack"), { recursive: true });
    const entry = await open().find("artifact", "a");
    assert.deepEqual(await fs.readFile(entry!.file("deep/file")), content);
    assert.deepEqual(warnings, []);
  });

  it("are copies of what a shared store holds, which is never written", async () => {
    await makePack(open());
    const before = await fs.lstat(source(), { bigint: true });
    const store = new Store(path.join(await scratch.make(), "own"), { shared: root });
    assert.ok(await store.find("pack", "p"));
    assert.equal(await makeLinked(store), false);
    const after = await fs.lstat(source(), { bigint: true });
    assert.deepEqual([after.nlink, after.ctimeNs], [1n, before.ctimeNs]);
  });

  for (const code of ["EXDEV", "EPERM", "EMLINK"])
    it(`are copies where the system says ${code}`, async () => {
      await makePack(open());
      const verified = new VerifiedFiles();
      verified.link = () => {
        throw Object.assign(new Error(code), { code });
      };
      const links = new EntryLinks(new Layout(root), verified, () => Promise.resolve());
      assert.equal(await links.link(source(), path.join(root, "target"), identity), false);
    });

  it("are not copied instead where the system says anything else", async () => {
    await makePack(open());
    const verified = new VerifiedFiles();
    verified.link = () => {
      throw Object.assign(new Error("no"), { code: "ENOSPC" });
    };
    const links = new EntryLinks(new Layout(root), verified, () => Promise.resolve());
    await assert.rejects(links.link(source(), path.join(root, "target"), identity), { code: "ENOSPC" });
  });

  it("count once when the store is pruned, until the last of them goes", async () => {
    const start = Date.UTC(2030, 0, 1);
    const day = 24 * 3600 * 1000;
    const store = open({ now: () => start });
    await makePack(store);
    for (const key of ["a", "b"]) await makeLinked(store, key);
    for (const [i, id] of ["pack/p", "artifact/a", "artifact/b"].entries())
      await fs.utimes(at(id, "entry.json"), start / 1000 + i, start / 1000 + i);
    for (const name of await fs.readdir(at(".leases")))
      await fs.rename(at(".leases", name), at(".leases", name.replace(/^\d+/, "4194305")));
    // Three times the file would be too much.
    const fits = { now: start + day, maxBytes: 2 * content.length };
    assert.deepEqual(await open().prune(fits), { removed: 0, bytesFreed: 0 });
    // Each needs to go, because only the last one frees the file.
    const { removed, bytesFreed } = await open().prune({ ...fits, maxBytes: content.length });
    assert.equal(removed, 3);
    assert.ok(bytesFreed > content.length && bytesFreed < 1.1 * content.length, `${bytesFreed}`);
  });

  it("are read in full after the machine has started again: what was not synced may be lost", async () => {
    await makePack(open());
    const file = at(".verified", "pack.p");
    await edit(source());
    const { dev, ino, size, mtimeNs, ctimeNs } = await fs.lstat(source(), { bigint: true });
    const record = JSON.parse(await fs.readFile(file, "utf8")) as { boot: string; files: Record<string, string> };
    record.files["data"] = [dev, ino, size, mtimeNs, ctimeNs, identity.sha256].join(" ");
    await fs.writeFile(file, JSON.stringify(record));
    assert.ok(await open().find("pack", "p"), "the record says that it was verified");
    await fs.writeFile(file, JSON.stringify({ ...record, boot: "another" }));
    assert.equal(await open().find("pack", "p"), undefined);
  });
});
