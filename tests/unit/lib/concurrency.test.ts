import * as assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { mapInOrder, mapParallel, type Limits } from "../../../provider/lib/concurrency/concurrency.js";
import { createOnce } from "../../../provider/lib/concurrency/once.js";
import { randomFrom, testSeed } from "../../support/trees.js";

describe("concurrency", () => {
  it("keeps the order and the limits, whatever ends first", async () => {
    const random = randomFrom(testSeed());
    for (let round = 0; round < 30; round++) {
      const weights = Array.from({ length: random(40) }, () => random(12));
      const limits: Limits = { parallel: 1 + random(5), maxWeight: 10 };
      let active = 0;
      let most = 0;
      const held = new Set<number>();
      const indexes = weights.map((_, i) => i);
      const results = mapInOrder(
        indexes,
        limits,
        (i) => weights[i]!,
        async (i) => {
          most = Math.max(most, ++active);
          held.add(i);
          const weight = [...held].reduce((sum, h) => sum + weights[h]!, 0);
          assert.ok(weight <= limits.maxWeight || held.size === 1 || weights[i] === 0, `${weight} of weight held`);
          for (let turns = random(5); turns > 0; turns--) await turn();
          active--;
          return i;
        },
      );
      const seen: number[] = [];
      for await (const i of results) {
        seen.push(i);
        held.delete(i);
      }
      assert.deepEqual(seen, indexes);
      assert.ok(most <= limits.parallel, `${most} at once`);
    }
  });

  it("starts the next as soon as the consumer is done with one that was heavy", async () => {
    const started: number[] = [];
    const limits: Limits = { parallel: 4, maxWeight: 10 };
    const results = mapInOrder(
      [0, 1, 2, 3],
      limits,
      () => 5,
      async (i) => {
        started.push(i);
        return i;
      },
    );
    const startedAt: number[][] = [];
    for await (const _ of results) startedAt.push([...started]);
    assert.deepEqual(startedAt, [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
  });

  it("works on several at once", async () => {
    let active = 0;
    let most = 0;
    await mapParallel([1, 2, 3, 4, 5], 3, async () => {
      most = Math.max(most, ++active);
      await turn();
      active--;
    });
    assert.equal(most, 3);
  });

  it("starts nothing more after a failure, and ends when current work has ended", async () => {
    const started: number[] = [];
    let ended = 0;
    const work = async (i: number) => {
      started.push(i);
      await turn();
      if (i === 1) throw new Error("one failed");
      await turn();
      await turn();
      ended++;
    };
    await assert.rejects(mapParallel([0, 1, 2, 3, 4, 5, 6, 7, 8], 3, work), /one failed/);
    assert.deepEqual(started, [0, 1, 2]);
    assert.equal(ended, 2);
  });
});

describe("createOnce", () => {
  it("shares the work of a key, and does it again after it failed", async () => {
    const once = createOnce();
    let calls = 0;
    const work = async () => {
      if (++calls === 1) throw new Error("the first one failed");
      return calls;
    };
    const both = await Promise.allSettled([once("key", work), once("key", work)]);
    assert.deepEqual([...both.map(({ status }) => status), calls], ["rejected", "rejected", 1]);
    assert.deepEqual(await Promise.all([once("key", work), once("key", work)]), [2, 2]);
    assert.equal(await once("other", work), 3);
  });
});
