import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { lock, LockWait, staleAfter, tryLock } from "../../../provider/store/locks/lock.js";
import { ProcessIdentity } from "../../../provider/store/locks/processIdentity.js";
import { skip } from "../../support/skip.js";
import { Scratch } from "../support/scratch.js";
import { until } from "../support/waiting.js";

/** The name of a process that has ended, and that no other process can have. */
function nameOfDead(identity: ProcessIdentity): string {
  return identity.newName().replace(/^\d+/, "4194305");
}

describe("ProcessIdentity", function () {
  this.timeout(60_000);
  const identity = new ProcessIdentity();

  it("knows itself, and never makes a name twice", () => {
    assert.equal(identity.stateOf(identity.newName()), "alive");
    assert.equal(identity.stateOf(`${identity.newName()}-suffix`), "alive");
    assert.notEqual(identity.newName(), identity.newName());
  });

  it("knows what has ended, also when the number is used again", function () {
    assert.equal(identity.stateOf(nameOfDead(identity)), "dead");
    if (process.platform !== "linux") skip(this, "start times are read from /proc");
    const [pid, start, ...rest] = identity.newName().split("-");
    assert.equal(identity.stateOf([pid, Number(start) - 1, ...rest].join("-")), "dead");
  });

  it("treats a zombie process as dead", async function () {
    if (process.platform !== "linux") skip(this, "zombies are told by /proc");
    // The shell becomes `sleep`, which never asks for its child: the child stays a zombie.
    const parent = spawn("sh", ["-c", "sleep 100 & echo $!; exec sleep 100"], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const pid = await new Promise<string>((resolve) =>
        parent.stdout.once("data", (data) => resolve(`${data}`.trim())),
      );
      const start = /\) .*/.exec(await fs.readFile(`/proc/${pid}/stat`, "utf8"))![0].split(" ")[20];
      const name = identity.newName().replace(/^\d+-\d+/, `${pid}-${start}`);
      assert.equal(identity.stateOf(name), "alive");
      process.kill(Number(pid), "SIGKILL");
      await until("the child is dead", () => identity.stateOf(name) === "dead");
      assert.match(await fs.readFile(`/proc/${pid}/stat`, "utf8"), /\) Z/);
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("does not judge what comes from elsewhere", () => {
    const elsewhere = identity.newName().replace(/[0-9a-f]{8}-[0-9a-f]{12}$/, "00000000-000000000000");
    for (const name of [elsewhere, "", "garbage", "1-2-3"]) assert.equal(identity.stateOf(name), "unknown");
  });
});

describe("lock", function () {
  this.timeout(60_000);
  const scratch = new Scratch();
  const identity = new ProcessIdentity();
  let file: string;
  beforeEach(async () => {
    file = path.join(await scratch.make(), "locks", "one");
  });
  afterEach(() => scratch.remove());

  it("is held by one at a time", async () => {
    const release = await tryLock(file, identity);
    assert.ok(release);
    assert.equal(await tryLock(file, identity), undefined);
    release();
    const again = await tryLock(file, identity);
    assert.ok(again);
    again();
    assert.equal(new LockWait(file, identity).isHeld(), false);
  });

  it("is given to all, one after the other", async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      const release = await lock(file, identity);
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
      release();
    };
    await Promise.all([work(), work(), work(), work()]);
    assert.equal(most, 1);
  });

  it("is taken from a dead holder at once", async () => {
    await fs.mkdir(path.dirname(file));
    await fs.writeFile(file, nameOfDead(identity));
    let waits = 0;
    (await lock(file, identity, { onWait: () => waits++ }))();
    assert.equal(waits, 0);
  });

  it("is taken from a holder that died before it could write its name", async () => {
    await fs.mkdir(path.dirname(file));
    await fs.writeFile(file, "");
    (await lock(file, identity))();
  });

  it("is stale at once, soon or late, by what is known of the holder", () => {
    const elsewhere = identity.newName().replace(/[0-9a-f]{8}-[0-9a-f]{12}$/, "00000000-000000000000");
    assert.equal(staleAfter(nameOfDead(identity), identity), 0);
    assert.equal(staleAfter("", identity), 2_000);
    assert.equal(staleAfter(elsewhere, identity), 30_000);
    assert.equal(staleAfter(identity.newName(), identity), 30_000);
  });

  it("is touched by its holder more often than others take it for stale", async () => {
    const original = globalThis.setInterval;
    const beats: { beat: () => void; everyMs: number }[] = [];
    globalThis.setInterval = ((beat: () => void, everyMs: number) => {
      beats.push({ beat, everyMs });
      return original(() => {}, 1e6);
    }) as typeof setInterval;
    const release = await tryLock(file, identity).finally(() => (globalThis.setInterval = original));
    await fs.utimes(file, 1000, 1000);
    assert.equal(beats.length, 1);
    assert.ok(beats[0]!.everyMs <= staleAfter(identity.newName(), identity) / 3);
    beats[0]!.beat();
    assert.notEqual((await fs.stat(file)).mtimeMs, 1_000_000);
    release!();
  });

  it("is not removed by a holder that lost it", async () => {
    const lost = await tryLock(file, identity);
    await fs.rm(file);
    const taken = await tryLock(file, identity);
    lost!();
    assert.equal(new LockWait(file, identity).isHeld(), true);
    taken!();
    assert.equal(new LockWait(file, identity).isHeld(), false);
  });
});
