import assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { readMachineSettings } from "../../../../provider/lib/machine.js";
import { silent } from "../../../../provider/lib/log.js";
import { createCompiler } from "../../../../provider/packaging/install/bytecode.js";
import { closeSession, openSession } from "../../../../provider/packaging/buildSession.js";
import type { UvContext } from "../../../../provider/uv/context.js";
import { Scratch } from "../../support/scratch.js";
import { until } from "../../support/waiting.js";

describe("interpreters that compile", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  for (const [concurrency, expected] of [
    [1, 1],
    [2, 1],
    [4, 2],
  ] as const)
    it(`are at most ${expected} at once with a concurrency of ${concurrency}`, async () => {
      const root = await scratch.make();
      const machine = { ...readMachineSettings({ UVLAMBDA_CACHE_DIR: root }), concurrency };
      const session = openSession(machine, silent);
      let running = 0;
      let most = 0;
      const run = async (_program: string, args: readonly string[]) => {
        most = Math.max(most, ++running);
        // The others have as much time to begin as they need, and then some to be too many.
        await until(`${expected} run at once`, () => most >= expected);
        await delay(10);
        fs.writeFileSync(args[4]!, "x");
        running--;
        return { exitCode: 0, stdout: "[1]", stderr: "" };
      };
      const uv = { runner: { run }, limit: session.limit, timeoutMs: 1000 } as unknown as UvContext;
      const interpreter = { path: "/python", version: "3.13.0" };
      const compilers = ["/var/task", "/opt/python"].map((folder) =>
        createCompiler(uv, interpreter, folder, session.compileLimit),
      );
      try {
        const modules = [{ path: "m.py", source: { bytes: Buffer.from("") } }];
        const all = [0, 1, 2, 3, 4, 5].map(async (i) => compilers[i % 2]!.bytecodeOf(modules, await scratch.make()));
        for (const [one] of await Promise.all(all)) assert.equal(one?.path, "__pycache__/m.cpython-313.pyc");
        assert.equal(most, expected);
      } finally {
        closeSession(session);
      }
    });
});
