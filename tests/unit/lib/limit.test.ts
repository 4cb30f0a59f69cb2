import assert from "node:assert/strict";
import { createLimit } from "../../../provider/lib/concurrency/limit.js";

/** A task that ends when told to, and remembers that it began. */
function controlled() {
  let end: (value: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const state = { began: false };
  const promise = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const task = () => {
    state.began = true;
    return promise;
  };
  return { state, task, end, fail };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("createLimit", () => {
  it("runs no more than the limit at once, in the order of the calls", async () => {
    const limit = createLimit(2);
    const tasks = Array.from({ length: 5 }, controlled);
    const results = Promise.all(tasks.map((t) => limit(t.task)));
    const began = () => tasks.map((t) => t.state.began);

    await settled();
    assert.deepEqual(began(), [true, true, false, false, false]);
    tasks[1]!.end("1");
    await settled();
    assert.deepEqual(began(), [true, true, true, false, false]);
    tasks[0]!.end("0");
    tasks[2]!.end("2");
    await settled();
    assert.deepEqual(began(), [true, true, true, true, true]);
    tasks[3]!.end("3");
    tasks[4]!.end("4");
    assert.deepEqual(await results, ["0", "1", "2", "3", "4"]);
  });

  it("gives the place of a failed task to the next", async () => {
    const limit = createLimit(1);
    const [first, second] = [controlled(), controlled()];
    const failing = limit(first.task);
    const next = limit(second.task);
    first.fail(new Error("broken"));
    await assert.rejects(failing, /broken/);
    second.end("went on");
    assert.equal(await next, "went on");
  });

  it("gives the place of a task that throws at once to the next", async () => {
    const limit = createLimit(1);
    await assert.rejects(
      limit(() => {
        throw new Error("at once");
      }),
      /at once/,
    );
    assert.equal(await limit(async () => 1), 1);
  });

  it("starts no other task between one that ends and one that waits", async () => {
    const limit = createLimit(1);
    let running = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
    };
    const first = limit(task);
    const second = limit(task);
    const late = first.then(() => limit(task));
    await Promise.all([first, second, late]);
    assert.equal(most, 1);
  });

  it("refuses a limit that is not a positive whole number", () => {
    for (const wrong of [0, -1, 1.5, NaN]) assert.throws(() => createLimit(wrong), RangeError);
  });
});
