import * as assert from "node:assert/strict";
import { mock } from "node:test";
import { FailureGate } from "../../../../provider/resources/engine/failureGate.js";

/** A promise with its handles. */
function open<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

/** Lets the clock go on, with what is ready before and after. */
async function pass(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(milliseconds);
  await new Promise((resolve) => setImmediate(resolve));
}

describe("constructions under way", () => {
  const withClock = async (test: () => Promise<void>): Promise<void> => {
    mock.timers.enable({ apis: ["setTimeout"] });
    await test().finally(() => mock.timers.reset());
  };

  it("hold a failure back until the others have ended", async () => {
    const failureGate = new FailureGate();
    const [good, bad] = [open<string>(), open<string>()];
    const events: string[] = [];
    const goodEnd = failureGate.run(good.promise, true).then(() => events.push("good"));
    const badEnd = failureGate.run(bad.promise, true).catch((error: unknown) => events.push((error as Error).message));
    bad.reject(new Error("bad"));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events, []);
    good.resolve("done");
    await Promise.all([goodEnd, badEnd]);
    assert.deepEqual(events, ["good", "bad"]);
  });

  it("do not wait for each other when all fail", async () => {
    const failureGate = new FailureGate();
    const [one, two] = [open<string>(), open<string>()];
    const ends = Promise.allSettled([failureGate.run(one.promise, true), failureGate.run(two.promise, true)]);
    one.reject(new Error("one"));
    two.reject(new Error("two"));
    assert.deepEqual(
      (await ends).map(({ status }) => status),
      ["rejected", "rejected"],
    );
  });

  it("that fail one after the other are reported together", async () => {
    const failureGate = new FailureGate();
    const [first, last] = [open<string>(), open<string>()];
    const events: string[] = [];
    const note = (error: unknown) => void events.push((error as Error).message);
    void failureGate.run(first.promise, true).catch(note);
    const lastEnd = failureGate.run(last.promise, true).catch(note);
    first.reject(new Error("first"));
    await new Promise((resolve) => setImmediate(resolve));
    last.reject(new Error("last"));
    await lastEnd;
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events.sort(), ["first", "last"]);
  });

  it("are waited for when they begin only after another one has ended", () =>
    withClock(async () => {
      const failureGate = new FailureGate();
      const [bad, good, later] = [open<string>(), open<string>(), open<string>()];
      const events: string[] = [];
      const badEnd = failureGate.run(bad.promise, true).catch(() => events.push("bad"));
      const goodEnd = failureGate.run(good.promise, true);
      bad.reject(new Error("bad"));
      await new Promise((resolve) => setImmediate(resolve));
      good.resolve("done");
      await goodEnd;
      const laterEnd = failureGate.run(later.promise, true).then(() => events.push("later"));
      await pass(9_000);
      assert.deepEqual(events, []);
      later.resolve("done");
      await laterEnd;
      await pass(300);
      await badEnd;
      assert.deepEqual(events, ["later", "bad"]);
    }));

  for (const [what, isPreview, longest] of [
    ["a preview", true, 10_000],
    ["an update", false, 60_000],
  ] as const)
    it(`are waited for no longer than ${longest / 1000} s in ${what}`, () =>
      withClock(async () => {
        const failureGate = new FailureGate();
        const bad = open<string>();
        const events: string[] = [];
        void failureGate.run(open<string>().promise, isPreview);
        void failureGate.run(bad.promise, isPreview).catch(() => events.push("bad"));
        bad.reject(new Error("bad"));
        await pass(longest - 1);
        assert.deepEqual(events, []);
        await pass(1);
        assert.deepEqual(events, ["bad"]);
      }));

  it("create nothing more in an update once one has failed, and are reported together", async () => {
    const failureGate = new FailureGate();
    const [bad, building, creating] = [open<string>(), open<string>(), open<string>()];
    const events: string[] = [];
    const note = (error: unknown) => void events.push((error as Error).message);
    failureGate.refuseAfterFailure();
    const ends = [
      failureGate.run(bad.promise, false).catch(note),
      failureGate
        .run(
          building.promise.then(() => failureGate.refuseAfterFailure()),
          false,
        )
        .catch(note),
      failureGate.run(creating.promise, false).then(() => events.push("created")),
    ];
    bad.reject(new Error("bad"));
    await new Promise((resolve) => setImmediate(resolve));
    building.resolve("built");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events, [], "nothing is told while another one creates");
    creating.resolve("done");
    await Promise.all(ends);
    assert.deepEqual(events, ["created", "bad", "not deployed because of other errors"]);
  });
});
