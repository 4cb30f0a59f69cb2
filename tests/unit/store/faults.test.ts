import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../../../provider/lib/errors.js";
import { sha256Hex } from "../../../provider/lib/hash.js";
import { Store } from "../../../provider/store/store.js";
import { WorkFolder } from "../../../provider/store/placed/workFolder.js";
import { skip } from "../../support/skip.js";
import { Scratch } from "../support/scratch.js";
import { Creator, leftovers } from "./contents.js";
import { giveSpace, mountSmall, unmount } from "../../support/smallFileSystem.js";

const isRoot = process.geteuid?.() === 0;
const nobody = 65534;

/** Runs as a user without rights; the caller is root, whom permissions do not stop. */
async function withoutRights<T>(action: () => Promise<T>): Promise<T> {
  if (!isRoot) return action();
  process.seteuid!(nobody);
  try {
    return await action();
  } finally {
    process.seteuid!(0);
  }
}

function unusable(...parts: (string | RegExp)[]): (error: UvLambdaError) => true {
  return refused("STORE_UNUSABLE", ...parts);
}

function refused(code: ErrorCode, ...parts: (string | RegExp)[]): (error: UvLambdaError) => true {
  return (error) => {
    assert.ok(error instanceof UvLambdaError, String(error));
    assert.equal(error.code, code, error.message);
    const text = `${error.message}\n${error.hint}`;
    for (const part of parts) assert.ok(typeof part === "string" ? text.includes(part) : part.test(text), text);
    return true;
  };
}

describe("Store, where the disk refuses", function () {
  this.timeout(120_000);
  const scratch = new Scratch();
  let folder: string;
  beforeEach(async () => {
    folder = await scratch.make();
    await fs.chmod(folder, 0o755);
  });
  afterEach(() => scratch.remove());

  const creating = (bytes: number) => (target: string) =>
    fs.writeFile(path.join(target, "f"), Buffer.alloc(bytes, "x"));

  describe("on a full disk", () => {
    let mounted: string | undefined;

    function mount(test: Mocha.Context): string {
      const root = path.join(folder, "small");
      mountSmall(test, root);
      mounted = root;
      return root;
    }

    afterEach(() => {
      if (mounted) unmount(mounted);
      mounted = undefined;
    });

    it("names folder, free bytes and setting, stores nothing, and works when there is space", async function () {
      const root = mount(this);
      const store = new Store(root);
      const filling = store.getOrCreate("thing", "k", creating(2_000_000));
      await assert.rejects(
        filling,
        refused("STORE_FULL", root, /No space is left .*\(free: \d+ bytes\)/, "UVLAMBDA_CACHE_DIR"),
      );
      assert.deepEqual(await leftovers(root), []);
      assert.equal(await new Store(root).find("thing", "k"), undefined);

      giveSpace(root, "8m");
      const { entry } = await new Store(root).getOrCreate("thing", "k", creating(2_000_000));
      assert.equal((await fs.stat(entry.file("f"))).size, 2_000_000);
    });

    it("an archive for the engine is placed whole or not at all", async function () {
      const root = mount(this);
      const source = path.join(folder, "source");
      await fs.writeFile(source, Buffer.alloc(2_000_000, "x"));
      const sha256 = sha256Hex(await fs.readFile(source));
      await assert.rejects(
        new WorkFolder(folder, root).place(source, sha256),
        refused("STORE_FULL", root, /\(needed: 2000000 bytes, free: \d+ bytes\)/, "UVLAMBDA_WORK_DIR"),
      );
      assert.deepEqual(
        (await fs.readdir(root)).filter((name) => !name.startsWith(".")),
        [],
      );
      assert.deepEqual(await fs.readdir(path.join(root, ".temporary")), []);
    });
  });

  it("a folder that cannot be written: path, owner and setting", async () => {
    const parent = path.join(folder, "readonly");
    await fs.mkdir(parent, { mode: 0o555 });
    const owner = String(process.geteuid!());
    const root = path.join(parent, "cache");
    const parts = [root, new RegExp(`belongs to user ${owner}\\b`), "UVLAMBDA_CACHE_DIR"];
    await withoutRights(async () => {
      await assert.rejects(new Store(root).find("thing", "k"), unusable(...parts));
      await assert.rejects(new Store(root).getOrCreate("thing", "k", creating(1)), unusable(...parts));
      await assert.rejects(new Store(root).scratch("x"), unusable(...parts));
      await assert.rejects(new Store(root).prune(), unusable(...parts));
    });
  });

  it("a store that became read-only: path, owner and setting", async () => {
    const root = path.join(folder, "cache");
    if (isRoot) await fs.chown(folder, nobody, nobody);
    await withoutRights(async () => {
      await new Store(root).getOrCreate("thing", "k", creating(1));
      await fs.chmod(path.join(root, "v1", ".leases"), 0o555);
      await assert.rejects(new Store(root).find("thing", "k"), unusable(root, "belongs to user", "UVLAMBDA_CACHE_DIR"));
      await fs.chmod(path.join(root, "v1", ".leases"), 0o755);
    });
  });

  it("a folder of another user: both users and setting", async function () {
    if (!isRoot) skip(this, "only root can make a folder of another user");
    const root = path.join(folder, "cache");
    await fs.mkdir(root, { mode: 0o777 });
    await fs.chown(root, 1234, 1234);
    const parts = [root, "belongs to user 1234", "this is user 0", "UVLAMBDA_CACHE_DIR"];
    await assert.rejects(new Store(root).find("thing", "k"), unusable(...parts));
    assert.deepEqual(await fs.readdir(path.join(root, "v1")), []);

    // A folder inside it that somebody else made is refused too.
    await fs.chown(root, 0, 0);
    await fs.chown(path.join(root, "v1"), 1234, 1234);
    await assert.rejects(new Store(root).find("thing", "k"), unusable(path.join(root, "v1"), "belongs to user 1234"));
  });

  it("a file where the folder should be", async () => {
    const file = path.join(folder, "file");
    await fs.writeFile(file, "x");
    for (const root of [file, path.join(file, "below")]) {
      await assert.rejects(new Store(root).find("thing", "k"), unusable(root, "UVLAMBDA_CACHE_DIR"));
    }
    assert.equal(await fs.readFile(file, "utf8"), "x");
  });

  it("a file that the maker may not read is the maker's error, not the store's", async () => {
    const file = path.join(folder, "secret");
    await fs.writeFile(file, "x", { mode: 0 });
    if (isRoot) await fs.chown(folder, nobody, nobody);
    await withoutRights(async () => {
      const reading = new Store(path.join(folder, "cache")).getOrCreate("thing", "k", () => fs.readFile(file));
      await assert.rejects(reading, { code: "EACCES", path: file });
    });
  });

  it("a program folder that cannot be written: path, owner and setting", async () => {
    const program = path.join(folder, "program");
    await fs.mkdir(program, { mode: 0o555 });
    const source = path.join(folder, "source");
    await fs.writeFile(source, "x");
    const placing = () => new WorkFolder(program, ".uvlambda").place(source, "0".repeat(64));
    await withoutRights(async () => {
      await assert.rejects(
        placing(),
        unusable(path.join(program, ".uvlambda"), "belongs to user", "UVLAMBDA_WORK_DIR"),
      );
    });
  });

  it("a disk that cannot keep what was written, where that would not be noticed: nothing appears under its final name", async function () {
    try {
      execFileSync("strace", ["-qq", "-e", "trace=none", "true"], { stdio: "pipe" });
    } catch {
      skip(this, "strace, which lets fsync fail, is missing or not allowed");
    }
    const root = path.join(folder, "cache");
    const preload = `NODE_OPTIONS=--require=${path.join(__dirname, "children/untoldStart.cjs")}`;
    const failing = [
      "env",
      preload,
      "strace",
      "-f",
      "-qq",
      "-o",
      "/dev/null",
      "-e",
      "trace=fsync",
      "-e",
      "inject=fsync:error=EIO",
    ];
    const child = await new Creator({ root, keys: ["k"], pauseMs: 0 }, failing).ready();
    child.go();
    assert.equal(await child.ended, 1);
    assert.match(child.answers.at(-1)?.error ?? "", /cannot be used: EIO/);
    assert.deepEqual(await leftovers(root), []);
    assert.equal(await new Store(root).find("thing", "k"), undefined);
    await assert.rejects(fs.stat(path.join(root, "v1", "thing", "k")), { code: "ENOENT" });
  });
});
