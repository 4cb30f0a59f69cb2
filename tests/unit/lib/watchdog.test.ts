import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import * as path from "node:path";
import { skip } from "../../support/skip.js";
import { isAlive, until, untilEnded } from "../support/waiting.js";

const script = path.join(__dirname, "children", "family.ts");

/** A chain of processes; `pids` fills as each reports that it runs, and counts how often the watch `looks`. */
class Family {
  readonly pids = new Map<string, number>();
  private readonly eldest: ChildProcess;

  constructor(roles: string[]) {
    const stdio = ["ignore", "pipe", "inherit", "pipe"] as const;
    this.eldest = spawn(process.execPath, ["--import=tsx", script, ...roles], { stdio: [...stdio] });
    this.eldest.stdout!.setEncoding("utf8").on("data", (text: string) => {
      for (const [, role, pid] of text.matchAll(/^(\w+) (\d+)$/gm)) this.pids.set(role!, Number(pid));
    });
  }

  /** Waits until the watch has looked after its parent again, or has ended the plugin. */
  async looksAgain(): Promise<void> {
    const before = this.pids.get("looks") ?? 0;
    const looked = (): boolean => (this.pids.get("looks") ?? 0) >= before + 2;
    await until("the watch looks", () => looked() || !isAlive(this.pid("plugin")));
  }

  pid(role: string): number {
    return this.pids.get(role)!;
  }

  /** Ends all processes, including those that did not report yet: each holds the other end of this pipe. */
  end(): void {
    (this.eldest.stdio[3] as Socket).destroy();
  }
}

describe("watchParent", function () {
  this.timeout(60_000);
  let family: Family | undefined;
  afterEach(() => family?.end());

  it("ends the plugin and its children after kill -9 of the engine, and not before", async () => {
    family = new Family(["engine", "plugin"]);
    await until("the family runs", () => ["engine", "plugin", "uv"].every((role) => family!.pids.has(role)));
    await family.looksAgain();
    assert.ok(isAlive(family.pid("plugin")) && isAlive(family.pid("uv")), "ended although the engine lives");

    process.kill(family.pid("engine"), "SIGKILL");
    await untilEnded(family.pid("plugin"), 10);
    await untilEnded(family.pid("uv"), 10);
    assert.ok(family.pids.has("orphaned"));
  });

  it("ends the plugin when the engine dies behind a language host that lives on", async function () {
    if (process.platform !== "linux") skip(this, "the parents of other processes are read from /proc");
    family = new Family(["engine", "host", "plugin"]);
    await until("the family runs", () => ["engine", "host", "plugin", "uv"].every((role) => family!.pids.has(role)));
    await family.looksAgain();
    assert.ok(isAlive(family.pid("plugin")), "ended although the engine lives");

    process.kill(family.pid("engine"), "SIGKILL");
    await untilEnded(family.pid("plugin"), 10);
    await untilEnded(family.pid("uv"), 10);
    assert.ok(isAlive(family.pid("host")));
  });

  it("ignores the death of the engine's own parent", async () => {
    family = new Family(["shell", "engine", "plugin"]);
    await until("the family runs", () => ["shell", "engine", "plugin"].every((role) => family!.pids.has(role)));
    process.kill(family.pid("shell"), "SIGKILL");
    await untilEnded(family.pid("shell"));
    await family.looksAgain();
    assert.ok(isAlive(family.pid("plugin")));
  });

  it("ends a plugin whose engine was killed before the watch began", async () => {
    const module = path.resolve(__dirname, "../../../provider/lib/processes/watchdog.ts");
    const code = `
      const { watchParent } = require(${JSON.stringify(module)});
      process.stdin.resume().once("data", () => {
        let told = 0;
        watchParent({ onOrphaned: () => process.exit(40 + ++told) });
        setInterval(() => process.stdout.write("12345\\n"), 100);
      });`;
    const child = spawn(process.execPath, ["--import=tsx", "-e", code], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdout.destroy();
    child.stdin.write("go");
    assert.equal(await new Promise((resolve) => child.on("exit", resolve)), 41);
  });

  it("does not keep a process alive", async () => {
    const module = path.resolve(__dirname, "../../../provider/lib/processes/watchdog.ts");
    const code = `require(${JSON.stringify(module)}).watchParent({ onOrphaned() {}, intervalMs: 100 })`;
    const child = spawn(process.execPath, ["--import=tsx", "-e", code], { stdio: "inherit" });
    assert.equal(await new Promise((resolve) => child.on("exit", resolve)), 0);
  });
});
