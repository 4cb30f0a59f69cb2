import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Store } from "../../../provider/store/store.js";
import { Scratch } from "../support/scratch.js";
import { until } from "../support/waiting.js";
import { Creator, getContent, leftovers, looksAtLock, writeContent, type Task } from "./contents.js";

describe("Store, used by several processes", function () {
  this.timeout(300_000);
  const scratch = new Scratch();
  const children: Creator[] = [];
  let root: string;
  let log: string;

  beforeEach(async () => {
    const folder = await scratch.make();
    root = path.join(folder, "cache");
    log = path.join(folder, "creations");
    await fs.writeFile(log, "");
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill();
      await child.ended;
    }
    await scratch.remove();
  });

  function start(task: Partial<Task> = {}): Creator {
    const child = new Creator({ root, keys: ["k"], pauseMs: 20, log, ...task });
    children.push(child);
    return child;
  }

  const creations = async () => (await fs.readFile(log, "utf8")).split("\n").filter((line) => line !== "");

  for (const count of [2, 8]) {
    it(`${count} processes that want the same at once make it once`, async () => {
      const family = Array.from({ length: count }, () => start());
      await Promise.all(family.map((child) => child.ready()));
      for (const child of family) child.go();
      const results = (await Promise.all(family.map((child) => child.results()))).flat();

      assert.equal(results.length, count);
      assert.equal(results.filter(({ created }) => created).length, 1);
      assert.equal((await creations()).length, 1);
      for (const { files } of results) assert.deepEqual(files, results[0]!.files);
      assert.deepEqual(await leftovers(root), []);
      assert.equal(await getContent(new Store(root), "k"), false);
    });
  }

  it("different keys are made side by side", async () => {
    const slow = await start({ keys: ["slow"], pauseMs: 100_000 }).ready();
    slow.go();
    await waitForCreation();
    assert.equal(await getContent(new Store(root), "quick"), true);
  });

  it("a process that waits says so, and goes on when the maker was killed", async () => {
    const maker = await start({ pauseMs: 100_000 }).ready();
    maker.go();
    await waitForCreation();
    let waits = 0;
    const waiting = new Store(root).getOrCreate("thing", "k", (folder) => writeContent("k", folder), {
      onWait: () => waits++,
    });
    await until("the wait is told", () => waits > 0);
    await looksAtLock(path.join(root, "v1", ".locks", "thing.k"));
    maker.kill();
    assert.equal((await waiting).created, true);
    assert.equal(waits, 1);
  });

  it("a stopped maker whose lock was taken away does no harm", async () => {
    const maker = await start({ pauseMs: 100 }).ready();
    maker.go();
    await waitForCreation();
    await fs.rm(path.join(root, "v1", ".locks", "thing.k"));
    assert.equal(await getContent(new Store(root), "k"), true);
    const [result] = await maker.results();
    assert.equal(result?.created, true);
    assert.deepEqual(await leftovers(root), []);
    assert.equal(await getContent(new Store(root), "k"), false);
  });

  it("scratch folders of killed processes are removed by the next", async () => {
    const maker = await start({ pauseMs: 100_000 }).ready();
    maker.go();
    await waitForCreation();
    maker.kill();
    await maker.ended;
    assert.equal((await leftovers(root)).length, 1);
    await (await new Store(root).scratch("next")).remove();
    assert.deepEqual(await leftovers(root), []);
  });

  it("what a killed process leaves is removed by the next that opens the store, also when nothing has to be made", async () => {
    await getContent(new Store(root), "k");
    const maker = await start({ keys: ["k", "other"], pauseMs: 100_000 }).ready();
    maker.go();
    await waitForCreation();
    maker.kill();
    await maker.ended;
    const base = path.join(root, "v1");
    const left = async () =>
      (await Promise.all([".temporary", ".locks", ".leases"].map((name) => fs.readdir(path.join(base, name))))).flat();
    const pid = String(maker.pid);
    assert.equal((await left()).filter((name) => name.startsWith(pid) || name === "thing.other").length, 3);
    // As a process leaves it that is killed between making the file and writing its name.
    await fs.writeFile(path.join(base, ".locks", "thing.empty"), "");
    await fs.utimes(path.join(base, ".locks", "thing.empty"), 1, 1);

    assert.equal(await getContent(new Store(root), "k"), false);
    assert.deepEqual(
      (await left()).filter((name) => !name.startsWith(`${process.pid}-`)),
      [],
    );
  });

  async function waitForCreation(): Promise<void> {
    await until("something is being made", () => readFileSync(log, "utf8").includes("\n"));
  }

  const seed = Number(process.env["UVLAMBDA_TEST_SEED"] ?? Date.now() % 1_000_000);
  it(`kill -9 at 32 random moments leaves nothing that is trusted wrongly (seed ${seed})`, async () => {
    let random = seed;
    const warnings: string[] = [];
    let cutShort = 0;
    for (let round = 0; round < 32; round++) {
      random = (random * 48271) % 2147483647;
      const keys = Array.from({ length: 10 }, (_, i) => `r${round}-${i}`);
      const child = await start({ keys, pauseMs: round % 4 }).ready();
      child.go();
      await sleep(random % 250);
      child.kill();
      await child.ended;
      cutShort += child.answers.filter(({ key }) => key !== undefined).length < keys.length ? 1 : 0;

      const store = new Store(root, { reporter: { progress() {}, warn: (message) => void warnings.push(message) } });
      for (const key of keys) await getContent(store, key);
      assert.deepEqual(await leftovers(root), [], `round ${round}`);
    }
    assert.deepEqual(warnings, []);
    assert.ok(cutShort >= 10, `only ${cutShort} of 32 were killed at work`);
  });
});
