import assert from "node:assert/strict";
import { createLimit } from "../../../provider/lib/concurrency/limit.js";
import type { RunOptions, RunResult } from "../../../provider/lib/processes/process.js";
import { runUv, type UvContext } from "../../../provider/uv/context.js";
import { runOfflineFirst } from "../../../provider/uv/offlineFirst.js";

const done: RunResult = { exitCode: 0, stdout: "", stderr: "" };

/** A context whose uv is a function. */
function contextOf(
  uv: (args: readonly string[], options: RunOptions) => Promise<RunResult>,
  more: Partial<UvContext> = {},
): UvContext {
  return {
    path: "/bin/uv",
    version: "0.13.9",
    runner: { run: (_, args, options) => uv(args, options) },
    environment: { A: "machine", B: "machine" },
    secrets: ["S3CRET-value"],
    timeoutMs: 1234,
    limit: createLimit(1),
    reporter: { progress: () => {}, warn: () => {} },
    ...more,
  };
}

describe("a call of uv", () => {
  it("says what it waits for when uv is silent", async () => {
    let heard: (message: string) => void = () => {};
    const message = new Promise<string>((resolve) => (heard = resolve));
    // The call ends only after a message. Without one, this test does not end.
    const context = contextOf(() => message.then(() => done), {
      silenceMs: 5,
      reporter: { progress: (m) => heard(m), warn: () => {} },
    });
    await runUv(context, ["export"], { cwd: "/", purpose: "reading uv.lock" });
    assert.match(await message, /waiting for uv: reading uv\.lock/);
  });

  it("shows what uv prints only where that is wanted, without secrets", async () => {
    const shown: string[] = [];
    const reporter = { progress: (m: string) => void shown.push(m), warn: () => {} };
    const context = contextOf(
      async (_, { onStderr }) => {
        onStderr?.("error: Failed to download `boto3`");
        onStderr?.("Building numpy @  https://u:S3CRET-value@host/x and OTHER-secret");
        return done;
      },
      { reporter },
    );
    await runUv(context, ["x"], { cwd: "/", purpose: "p" });
    assert.deepEqual(shown, []);
    await runUv(context, ["x"], { cwd: "/", purpose: "p", shows: {}, secrets: ["OTHER-secret"] });
    assert.equal(shown.length, 1);
    assert.match(shown[0] ?? "", /Building numpy/);
    assert.doesNotMatch(shown[0] ?? "", /S3CRET|OTHER/);
  });

  it("passes folder, time and environment on, and waits for its turn", async () => {
    const seen: RunOptions[] = [];
    let running = 0;
    const context = contextOf(async (_, options) => {
      seen.push(options);
      assert.equal(++running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return done;
    });
    await Promise.all(
      [1, 2, 3].map(() => runUv(context, ["x"], { cwd: "/folder", purpose: "p", environment: { B: "call" } })),
    );
    assert.equal(seen.length, 3);
    assert.deepEqual(seen[0]?.env, { A: "machine", B: "call" });
    assert.equal(seen[0]?.cwd, "/folder");
    assert.equal(seen[0]?.timeoutMs, 1234);
  });

  it("reports when no process could be started", async () => {
    const context = contextOf(async () => ({ exitCode: 127, stdout: "", stderr: "", notStarted: "ENOENT" as const }));
    await assert.rejects(runUv(context, ["x"], { cwd: "/", purpose: "p" }), { code: "UV_UNUSABLE" });
  });
});

describe("offline first", () => {
  async function callsFor(
    stderrs: string[],
  ): Promise<{ calls: (readonly string[])[]; retried: number; result: RunResult }> {
    const calls: (readonly string[])[] = [];
    let retried = 0;
    const context = contextOf(async (args) => {
      const stderr = stderrs[calls.length] ?? "";
      calls.push(args);
      return { exitCode: stderr === "" ? 0 : 2, stdout: "", stderr };
    });
    const args = ["pip", "install", "--no-index", "--", "a.whl"];
    const result = await runOfflineFirst(context, args, { cwd: "/", purpose: "p" }, async () => {
      retried++;
    });
    return { calls, retried, result };
  }

  it("does not ask the network when the cache is enough, nor when it cannot help", async () => {
    const { calls } = await callsFor([""]);
    assert.deepEqual(calls, [["pip", "install", "--offline", "--no-index", "--", "a.whl"]]);
    const hopeless = await callsFor(["error: Package `numpy` can't be installed because it is marked as `--no-build`"]);
    assert.equal(hopeless.calls.length, 1);
    assert.equal(hopeless.result.exitCode, 2);
  });

  for (const stderr of [
    "error: Failed\n  cause: Network connectivity is disabled, but the requested data wasn't found in the cache: http://h/a.whl",
    "  × Failed\n  ╰─▶ Network connectivity is\n      disabled, but the requested data wasn't found in\n      the cache for: `http://h/a.whl`",
    "error: No solution found\n  cause: Because hatchling was not found in the cache and you require hatchling",
    "hint: Packages were unavailable because the network was disabled.",
    "  cause: Remote Git fetches are not allowed because network connectivity is disabled (i.e., with `--offline`)",
  ]) {
    it(`asks the network after: ${stderr.split("\n").at(-1)?.trim().slice(0, 60)}`, async () => {
      const { calls, retried, result } = await callsFor([stderr, ""]);
      assert.deepEqual(calls[1], ["pip", "install", "--no-index", "--", "a.whl"]);
      assert.equal(retried, 1);
      assert.equal(result.exitCode, 0);
    });
  }
});
