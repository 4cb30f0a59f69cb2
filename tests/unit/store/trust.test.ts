import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { UvLambdaError } from "../../../provider/lib/errors.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { Store, type Confirm } from "../../../provider/store/store.js";
import { WorkFolder } from "../../../provider/store/placed/workFolder.js";
import { skip } from "../../support/skip.js";
import { Scratch } from "../support/scratch.js";
import { getContent, leftovers, writeContent } from "./contents.js";

const isRoot = process.geteuid?.() === 0;

describe("Store: who may write it, and what is trusted", function () {
  this.timeout(60_000);
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  let root: string;
  let warnings: string[];
  beforeEach(async () => {
    root = path.join(await scratch.make(), "cache");
    warnings = [];
  });

  const reporter = { progress() {}, warn: (message: string) => void warnings.push(message) };
  const open = (more: { now?: () => number; shared?: string } = {}) => new Store(root, { reporter, ...more });
  const at = (...parts: string[]) => path.join(root, "v1", ...parts);
  const get = (store: Store) => getContent(store, "k");
  const writesUnder = (mask: number, action: () => Promise<unknown>) => {
    const before = process.umask(mask);
    return action().finally(() => process.umask(before));
  };

  for (const [what, folder] of [
    ["the store", () => root],
    ["the version's folder", () => at()],
    ["a kind's folder", () => at("thing")],
  ] as const) {
    for (const [who, bits] of [
      ["every user", 0o777],
      ["a group", 0o775],
    ] as const) {
      it(`refuses ${what} that ${who} can write, and says how to close it`, async function () {
        if (!isRoot && who === "a group") skip(this, "root alone has files whose group is not trusted");
        await get(open());
        await fs.chmod(folder(), bits);
        await assert.rejects(get(open()), (error: UvLambdaError) => {
          assert.equal(error.code, "STORE_UNUSABLE");
          assert.match(error.message, /can be written by/);
          assert.ok(error.message.includes(folder()) && error.hint?.includes(`chmod -R go-w ${folder()}`));
          return true;
        });
        await fs.chmod(folder(), 0o755);
        assert.equal(await get(open()), false);
      });
    }
  }

  for (const [what, change] of [
    ["a file that every user can write", () => fs.chmod(at("thing", "k", "big.bin"), 0o666)],
    ["a folder that every user can write", () => fs.chmod(at("thing", "k"), 0o777)],
    ["a manifest that every user can write", () => fs.chmod(at("thing", "k", "entry.json"), 0o666)],
    ["a file of another user", () => fs.chown(at("thing", "k", "a.txt"), 1234, 1234)],
    ["a folder of another user", () => fs.chown(at("thing", "k"), 1234, 1234)],
    ["a manifest of another user", () => fs.chown(at("thing", "k", "entry.json"), 1234, 1234)],
  ] as const) {
    it(`does not take an entry with ${what}`, async function () {
      if (!isRoot && what.includes("of another user")) skip(this, "only root can give files away");
      await get(open());
      await change();
      assert.equal(await get(open()), true);
      assert.match(warnings.join("\n"), /can be written by every user|belongs to user 1234/);
      assert.equal(await get(open()), false);
    });
  }

  it("takes what it made itself under a umask of 0, or of 002 with a group of the user's own", async () => {
    for (const mask of [0o000, 0o002, 0o077]) {
      await writesUnder(mask, () => get(open()));
      assert.equal(await get(open()), false);
      await fs.rm(root, { recursive: true });
    }
    assert.deepEqual(warnings, []);
  });

  describe("what was verified is remembered for the next process", () => {
    const flip = async (name: string) => {
      const bytes = await fs.readFile(at("thing", "k", name));
      bytes[bytes.length >> 1]! ^= 1;
      const { atime, mtime } = await fs.stat(at("thing", "k", name));
      await fs.writeFile(at("thing", "k", name), bytes);
      await fs.utimes(at("thing", "k", name), atime, mtime);
    };
    /** Exchanges a file and the record's word about its bytes, so that only a full read could tell. */
    const exchangeUnnoticed = async () => {
      await flip("big.bin");
      const status = await fs.lstat(at("thing", "k", "big.bin"), { bigint: true });
      const record = JSON.parse(await fs.readFile(at(".verified", "thing.k"), "utf8")) as {
        files: Record<string, string>;
      };
      const sha256 = record.files["big.bin"]!.split(" ").at(-1);
      const { dev, ino, size, mtimeNs, ctimeNs } = status;
      record.files["big.bin"] = [dev, ino, size, mtimeNs, ctimeNs, sha256].join(" ");
      await fs.writeFile(at(".verified", "thing.k"), JSON.stringify(record));
    };

    it("is not read again as long as size, mtime, ctime and inode stay", async () => {
      await get(open());
      await exchangeUnnoticed();
      assert.ok(await open().find("thing", "k"), "it was read although nothing seemed to change");
    });

    it("is read in full once a day", async () => {
      await get(open());
      await exchangeUnnoticed();
      assert.equal(await open({ now: () => Date.now() + 25 * 3600 * 1000 }).find("thing", "k"), undefined);
      assert.match(warnings.join("\n"), /does not have the bytes/);
    });

    it("is read when its record is in the future", async () => {
      await get(open());
      await exchangeUnnoticed();
      assert.equal(await open({ now: () => Date.now() - 3600 * 1000 }).find("thing", "k"), undefined);
    });

    it("is read when it was written, also with the old times, or copied as a cache is restored", async () => {
      await get(open());
      await flip("big.bin");
      assert.equal(await open().find("thing", "k"), undefined);
      await get(open());
      const copy = `${root}-copy`;
      await fs.cp(root, copy, { recursive: true, preserveTimestamps: true });
      await fs.chmod(copy, 0o700);
      const file = path.join(copy, "v1", "thing", "k", "big.bin");
      const bytes = await fs.readFile(file);
      bytes[7]! ^= 1;
      await fs.writeFile(file, bytes);
      assert.equal(await new Store(copy, { reporter }).find("thing", "k"), undefined);
    });

    for (const [what, spoilt] of [
      ["garbage", () => "{"],
      ["empty", () => ""],
      ["of a number instead of files", (record: object) => JSON.stringify({ ...record, files: 3 })],
      ["of no files", (record: object) => JSON.stringify({ ...record, files: null })],
    ] as const) {
      it(`does without a record that is ${what}`, async () => {
        await get(open());
        const record = at(".verified", "thing.k");
        await fs.writeFile(record, spoilt(JSON.parse(await fs.readFile(record, "utf8")) as object));
        assert.equal(await get(open()), false);
        await flip("big.bin");
        assert.equal(await get(open()), true);
      });
    }

    it("goes with its entry", async () => {
      await get(open());
      assert.deepEqual(await fs.readdir(at(".verified")), ["thing.k"]);
      await open({ now: () => Date.now() + 40 * 24 * 3600 * 1000 }).prune({ maxBytes: 0 });
      // Used by this process, which lives: it stays until its entry goes.
      await fs.rm(at("thing"), { recursive: true });
      await open().prune();
      assert.deepEqual(await fs.readdir(at(".verified")), []);
    });
  });

  describe("a forged entry: files and manifest exchanged together", () => {
    /** What an attacker with this user's rights can write: everything but what the bytes mean. */
    const forge = async () => {
      await fs.writeFile(at("thing", "k", "a.txt"), "evil");
      const { entry } = JSON.parse(await fs.readFile(at("thing", "k", "entry.json"), "utf8")) as {
        entry: { files: Record<string, unknown> };
      };
      entry.files["a.txt"] = { sha256: sha256Hex("evil"), size: 4 };
      const text = JSON.stringify(entry);
      await fs.writeFile(at("thing", "k", "entry.json"), `{"sha256":"${sha256Hex(text)}","entry":${text}}\n`);
    };
    let asked = 0;
    const confirm: Confirm = async (entry) => {
      asked++;
      return (await fs.readFile(entry.file("a.txt"), "utf8")) === "a of k" ? undefined : "a.txt is not what it says";
    };
    const confirmed = (store: Store) =>
      store.getOrCreate("thing", "k", (folder) => writeContent("k", folder), { confirm });
    beforeEach(() => (asked = 0));

    it("is noticed, reported and made again", async () => {
      await confirmed(open());
      assert.equal(asked, 0, "who made it need not ask");
      await forge();
      const { created, entry } = await confirmed(open());
      assert.equal(created, true);
      assert.match(warnings.join("\n"), /a\.txt is not what it says/);
      assert.equal(await fs.readFile(entry.file("a.txt"), "utf8"), "a of k");
      assert.deepEqual(await leftovers(root), []);
    });

    it("is asked about once for all processes, and again when anything changed", async () => {
      await getContent(open(), "k");
      const files = at(".verified", "thing.k");
      await fs.rm(files);
      assert.equal((await confirmed(open())).created, false);
      assert.equal(asked, 1);
      assert.equal((await confirmed(open())).created, false);
      assert.equal(asked, 1);
      await forge();
      await confirmed(open());
      assert.ok(asked >= 2);
    });
  });

  describe("as a shared store that is only read", () => {
    const listing = async () =>
      Promise.all(
        (await fs.readdir(root, { recursive: true })).sort().map(async (name) => {
          const { mtimeMs, ctimeMs, size } = await fs.lstat(path.join(root, name));
          return [name, mtimeMs, ctimeMs, size];
        }),
      );

    it("gives what is there and makes the rest elsewhere, writing nothing, nor a lock or a lease", async () => {
      await get(open());
      // The lease ends with this process, so it is here already.
      const before = await listing();
      const own = `${root}-own`;
      const store = new Store(own, { reporter, shared: root });
      assert.equal(await get(store), false);
      assert.equal((await store.find("thing", "k"))?.folder, at("thing", "k"));
      assert.equal(await getContent(store, "other"), true);
      assert.equal((await store.find("thing", "other"))?.folder, path.join(own, "v1", "thing", "other"));
      assert.deepEqual(await listing(), before);
    });

    it("does not use damaged or forged entries, and leaves them", async () => {
      await get(open());
      await fs.appendFile(at("thing", "k", "a.txt"), "x");
      const store = new Store(`${root}-own`, { reporter, shared: root });
      assert.equal(await get(store), true);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0]!, /is damaged.*It is not used/);
      assert.equal(await fs.readFile(at("thing", "k", "a.txt"), "utf8"), "a of kx");
    });

    it("may be missing, and must not be writable for others", async () => {
      assert.equal(await get(new Store(`${root}-own`, { shared: root })), true);
      await get(open());
      await fs.chmod(root, 0o777);
      await assert.rejects(get(new Store(`${root}-own2`, { shared: root })), { code: "STORE_UNUSABLE" });
    });
  });

  it("an archive beside the program that another user can write is copied again", async () => {
    const program = await scratch.make();
    const source = path.join(program, "source");
    await fs.writeFile(source, "archive");
    const sha256 = sha256Hex("archive");
    const place = () => new WorkFolder(program, ".uvlambda").place(source, sha256);
    const placed = path.join(program, await place());
    await fs.chmod(placed, 0o666);
    await place();
    assert.equal((await fs.stat(placed)).mode & 0o777, 0o644);
  });
});
