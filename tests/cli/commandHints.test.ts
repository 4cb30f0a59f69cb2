import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import type { ErrorCode } from "../../provider/lib/errors.js";
import { ProcessIdentity } from "../../provider/store/locks/processIdentity.js";
import { CliBench, type RunSettings } from "../support/cli.js";
import { waitUntil } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import { proposedCommand, proposedName } from "../support/proposals.js";
import { skip } from "../support/skip.js";
import { giveSpace, mountSmall, unmount } from "../support/smallFileSystem.js";

const isRoot = process.geteuid?.() === 0;

/** What the machine has too little of, or in the wrong state, and what the error proposes, done. */
describe("what the command line proposes about the machine works", function () {
  this.timeout(120_000);
  let bench: CliBench;
  before(async function () {
    bench = CliBench.openOrSkip(this);
    await bench.project("app", { wheels: [{ name: "alpha" }], dependencies: ["alpha"] });
  });
  after(() => bench?.remove());

  const target = ["build", "--project", "app", "--runtime", "python3.13"];

  async function refused(args: readonly string[], code: ErrorCode, settings: RunSettings = {}) {
    const { stdout, stderr } = await bench.run(args, settings);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    assert.equal(error.code, code, stderr);
    return error;
  }

  async function works(args: readonly string[], settings: RunSettings = {}): Promise<void> {
    const { code, stderr } = await bench.run(args, settings);
    assert.equal(code, 0, stderr);
  }

  it("more open files", async function () {
    if (process.platform === "win32") skip(this, "Windows has no ulimit");
    const limited = (limit: string): RunSettings => ({ wrapper: ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh"] });
    const proposed = new Set<string>();
    // How many Node.js itself needs differs.
    for (let limit = 18; limit <= 40; limit += 2) {
      const args = [...target, "--cache-dir", `open-${limit}`];
      const { code, stdout, stderr } = await bench.run(args, limited(`${limit}`));
      if (/^node:fs:|Fatal/m.test(stderr) && stdout === "") continue;
      assert.doesNotMatch(stderr, /Unhandled|\n\s+at /);
      if (code === 0) break;
      const { error } = JSON.parse(stdout) as { error: { hint: string; message: string } };
      assert.match(error.message, /EMFILE/);
      proposed.add(proposedCommand(error, "ulimit").at(-1) ?? "");
    }
    assert.equal(proposed.size, 1);
    for (const limit of proposed) await works([...target, "--cache-dir", "open-more"], limited(limit));
  });

  /** A folder with 1 MB. */
  function mounted(test: Mocha.Context, name: string): string {
    const folder = bench.at(name);
    mountSmall(test, folder);
    return folder;
  }

  it("a cache of uv with more space", async function () {
    const wheels = [{ name: "large", files: { "large/__init__.py": "", "large/data.bin": randomBytes(2_000_000) } }];
    await bench.project("large-app", { dependencies: ["large"], wheels });
    const args = ["build", "--project", "large-app", "--runtime", "python3.13", "--cache-dir", "large-store"];
    const full = mounted(this, "uv-small");
    try {
      const error = await refused(args, "STORE_FULL", { env: { UV_CACHE_DIR: full } });
      assert.match(error.message, /The disk is full/);
      await works(args, { env: { [proposedName(error, "UV_CACHE_DIR")]: bench.at("uv-large") } });
    } finally {
      unmount(full);
    }
  });

  it("another `--out`, or more space there", async function () {
    const out = mounted(this, "small");
    bench.write("app", { "data.bin": randomBytes(2_000_000) });
    try {
      const error = await refused([...target, "--out", "small"], "STORE_FULL");
      await works([...target, ...proposedCommand(error, "--out"), "large"]);
      assert.ok(fs.existsSync(bench.at("large", "code.zip")));
      giveSpace(out, "64m");
      await works([...target, "--out", "small"]);
    } finally {
      unmount(out);
      fs.rmSync(bench.at("app", "data.bin"));
    }
  });

  it("more time for another process that holds a lock, or its end", async () => {
    const store = ["--cache-dir", "locked"];
    await works([...target, ...store]);
    const [key = ""] = bench.stored("artifact", "locked");
    const remove = () => fs.rmSync(bench.at("locked/v1/artifact", key), { recursive: true });
    const lock = bench.at("locked/v1/.locks", `artifact.${key}`);
    const holder = new ProcessIdentity().newName();
    remove();
    bench.write("locked/v1/.locks", { [`artifact.${key}`]: holder });
    const error = await refused([...target, ...store], "TIMEOUT", { env: { UVLAMBDA_TIMEOUT: "1" } });
    assert.match(error.message, new RegExp(`process ${process.pid} holds the lock`));
    const env = { [proposedName(error, "UVLAMBDA_TIMEOUT")]: "60" };
    const patient = bench.start([...target, ...store], { env });
    await waitUntil("it waits for the lock", 60_000, () => patient.output().includes("Waiting for another process"));
    fs.rmSync(lock);
    assert.equal((await patient.result).code, 0, patient.output());
    // A number that no process has.
    remove();
    fs.writeFileSync(lock, holder.replace(/^\d+/, "4194305"));
    await works([...target, ...store], { env: { UVLAMBDA_TIMEOUT: "20" } });
  });

  it("another mode of a file that cannot be read", async function () {
    if (isRoot && findTool("setpriv", "UVLAMBDA_TEST_SETPRIV") === undefined)
      skip(this, "root reads everything, and there is no setpriv");
    // Without these capabilities, modes count for root, too.
    const drop = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"];
    const settings: RunSettings = isRoot ? { wrapper: drop } : {};
    await works([...target, "--out", "closed"]);
    const archive = bench.at("closed/code.zip");
    fs.chmodSync(archive, 0);
    const error = await refused(["inspect", archive], "BAD_FILE", settings);
    assert.match(`${error.message} ${error.hint}`, /code\.zip cannot be used: EACCES.*correct the owner, the mode or/);
    fs.chmodSync(archive, 0o600);
    await works(["inspect", archive], settings);
  });

  it("another type of a file, or another folder", async () => {
    fs.symlinkSync("loop", bench.at("loop"));
    const error = await refused([...target, "--cache-dir", "loop"], "BAD_FILE");
    assert.match(error.hint, /the type of this file or folder, or use another folder/);
    await works([...target, "--cache-dir", "another"]);
    fs.rmSync(bench.at("loop"));
    await works([...target, "--cache-dir", "loop"]);
  });

  it("a folder of one's own where a file is in the way", async () => {
    bench.write("blocked", { v1: "" });
    const error = await refused([...target, "--cache-dir", "blocked"], "STORE_UNUSABLE");
    assert.match(error.message, /EEXIST at \S+\/v1 \(\S+\/blocked\/v1 is not a folder\)/);
    await works(target, { env: { [proposedName(error, "UVLAMBDA_CACHE_DIR")]: bench.at("free") } });
  });
});
