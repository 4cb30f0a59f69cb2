import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { mock } from "node:test";
import { type UvLambdaError } from "../../../provider/lib/errors.js";
import { ProcessRunner, type RunOptions } from "../../../provider/lib/processes/process.js";
import { untilEnded, isAlive } from "../support/waiting.js";

const env = { PATH: process.env["PATH"] ?? "" };
const node = process.execPath;

function script(code: string): string[] {
  return ["-e", code];
}

/** A shell and its child, which both ignore SIGTERM. The child's process id goes to stderr. */
const stubbornFamily = ["-c", "trap '' TERM; sleep 1000 & echo $! >&2; wait"];

describe("ProcessRunner", function () {
  this.timeout(60_000);
  let folder: string;
  let options: RunOptions;
  let runner: ProcessRunner;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "uvlambda-test-"));
    options = { cwd: folder, env, timeoutMs: 60_000 };
    runner = new ProcessRunner();
  });

  afterEach(() => {
    runner.killAll();
    rmSync(folder, { recursive: true });
  });

  /** Starts the family; resolves when all of it runs. */
  async function startFamily(more: Partial<RunOptions> = {}): Promise<{ pid: number; result: Promise<unknown> }> {
    let result: Promise<unknown> = Promise.resolve();
    const pid = await new Promise<number>((resolve, reject) => {
      const onStderr = (line: string) => resolve(Number(line));
      result = runner.run("sh", stubbornFamily, { ...options, ...more, onStderr });
      result.catch(reject);
    });
    return { pid, result };
  }

  it("gives every argument to the child byte for byte", async () => {
    const args = ["", " ", "a b", "$(id)", "`id`", ";touch pwned", "*", "-rf", '"', "'", "\\", "\n", "%PATH%", "ä漢🔑"];
    const echo = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
    const { stdout, exitCode } = await runner.run(node, ["-e", echo, "--", ...args], options);
    assert.deepEqual(JSON.parse(stdout), args);
    assert.equal(exitCode, 0);
  });

  it("gives the child only the environment it was told, and its folder", async () => {
    const code = "process.stdout.write(JSON.stringify([process.env, process.cwd()]))";
    const { stdout } = await runner.run(node, script(code), { ...options, env: { ONLY: "this" } });
    const [environment, cwd] = JSON.parse(stdout) as [Record<string, string>, string];
    assert.equal(environment["ONLY"], "this");
    assert.equal(environment["HOME"], undefined);
    assert.equal(environment["PATH"], undefined);
    assert.equal(path.basename(cwd), path.basename(folder));
  });

  it("closes stdin: a child that asks gets no answer and does not wait", async () => {
    const code = "process.stdin.on('data', () => {}).on('end', () => console.log('closed'))";
    assert.equal((await runner.run(node, script(code), options)).stdout, "closed\n");
  });

  it("returns exit code, stdout and stderr, and passes stderr on by line", async () => {
    const lines: string[] = [];
    // The euro sign is cut in two writes: lines are made of characters, not of chunks.
    const code = `
      const [a, b] = [Buffer.from([0xe2, 0x82]), Buffer.from([0xac])];
      process.stdout.write("out");
      process.stderr.write(Buffer.concat([Buffer.from("one\\r\\ntwo "), a]));
      setTimeout(() => { process.stderr.write(b); process.stderr.write("\\rthree\\n\\nlast"); process.exitCode = 7; }, 100);
    `;
    const result = await runner.run(node, script(code), { ...options, onStderr: (line) => lines.push(line) });
    assert.deepEqual(result, { exitCode: 7, stdout: "out", stderr: "one\r\ntwo €\rthree\n\nlast" });
    assert.deepEqual(lines, ["one", "two €", "three", "last"]);
  });

  it("passes on a line that does not end", async () => {
    let longest = 0;
    const code = "process.stderr.write('x'.repeat(1_000_000))";
    let characters = 0;
    const onStderr = (line: string) => {
      longest = Math.max(longest, line.length);
      characters += line.length;
    };
    await runner.run(node, script(code), { ...options, onStderr });
    assert.equal(characters, 1_000_000);
    assert.ok(longest < 500_000, `${longest} characters were held back`);
  });

  it("says how a killed child ended, as a shell does", async () => {
    const { exitCode } = await runner.run(node, script("process.kill(process.pid, 'SIGKILL')"), options);
    assert.equal(exitCode, 137);
  });

  it("counts the processes it started by name, and no others", async () => {
    assert.equal(runner.started.get("node") ?? 0, 0);
    await Promise.all([1, 2].map(() => runner.run(node, script(""), options)));
    await runner.run(path.join(folder, "missing"), [], options);
    assert.deepEqual([...runner.started], [["node", 2]]);
  });

  it("distinguishes a command that is missing or cannot be executed from one that failed", async () => {
    const file = path.join(folder, "plain");
    writeFileSync(file, "text", { mode: 0o644 });
    const started = async (command: string) => (await runner.run(command, [], options)).notStarted;
    assert.equal(await started(path.join(folder, "missing")), "ENOENT");
    assert.equal(await started("uvlambda-no-such-command"), "ENOENT");
    assert.equal(await started(path.join(file, "below-a-file")), "ENOENT");
    assert.equal(await started(file), "EACCES");
    assert.equal(await started(folder), "EACCES");
    assert.equal((await runner.run(node, script("process.exit(127)"), options)).notStarted, undefined);
  });

  it("names the folder when that is what is missing", async () => {
    const cwd = path.join(folder, "gone");
    await assert.rejects(runner.run(node, [], { ...options, cwd }), (error: UvLambdaError) => {
      assert.equal(error.code, "BAD_FILE");
      assert.match(error.message, /gone.*node should run, does not exist/);
      return true;
    });
  });

  it("stops a child that takes too long, and names command and setting but no argument that may be secret", async () => {
    const args = [...script("setInterval(() => {}, 1000)"), "--", "--password=hunter22"];
    await assert.rejects(runner.run(node, args, { ...options, timeoutMs: 200 }), (error: UvLambdaError) => {
      assert.equal(error.code, "TIMEOUT");
      assert.match(error.message, /`node` did not end within 0\.2 seconds/);
      assert.match(error.hint ?? "", /UVLAMBDA_TIMEOUT/);
      assert.doesNotMatch(error.message, /hunter22|setInterval/);
      return true;
    });
  });

  it("names the subcommand in a time-out", async () => {
    const file = path.join(folder, "uv");
    writeFileSync(file, "#!/bin/sh\nsleep 100\n", { mode: 0o755 });
    const running = runner.run(file, ["pip", "install", "--index-url", "x"], { ...options, timeoutMs: 200 });
    await assert.rejects(running, /`uv pip install` did not end/);
  });

  it("kills a grandchild that ignores SIGTERM when the time is up", async () => {
    const { pid, result } = await startFamily({ timeoutMs: 3000 });
    await assert.rejects(result, { code: "TIMEOUT" });
    await untilEnded(pid);
  });

  it("kills a grandchild that ignores SIGTERM when the signal is given, and leaves other runs alone", async () => {
    const abort = new AbortController();
    const one = await startFamily({ signal: abort.signal });
    const other = await startFamily();
    abort.abort();
    await assert.rejects(one.result, { code: "CANCELLED" });
    await untilEnded(one.pid);
    assert.ok(isAlive(other.pid));
    await assert.rejects(runner.run(node, script(""), { ...options, signal: abort.signal }), { code: "CANCELLED" });
    runner.killAll();
    await assert.rejects(other.result, { code: "CANCELLED" });
  });

  it("killAll kills every family at once, and rejects pending and later runs", async () => {
    const families = [await startFamily(), await startFamily()];
    runner.killAll();
    runner.killAll();
    for (const { pid, result } of families) {
      await assert.rejects(result, { code: "CANCELLED" });
      await untilEnded(pid);
    }
    const before = [...runner.started];
    await assert.rejects(runner.run(node, script(""), options), { code: "CANCELLED" });
    assert.deepEqual([...runner.started], before);
  });

  it("killAll touches nothing that has ended: its number may be that of another process", async () => {
    await runner.run(node, script(""), options);
    const kill = mock.method(process, "kill", () => true as const);
    try {
      runner.killAll();
      assert.equal(kill.mock.callCount(), 0);
    } finally {
      kill.mock.restore();
    }
  });

  it("leaves no process behind when a child ends before its own child", async () => {
    const code = `
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
      process.stdout.write(String(child.pid), () => process.exit(0));
    `;
    const { stdout } = await runner.run(node, script(code), options);
    await untilEnded(Number(stdout));
  });

  it("does not wait for a process that left the group and holds the output open", async () => {
    const code = `
      const child = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true });
      process.stdout.write(String(child.pid), () => process.exit(0));
    `;
    const { stdout, exitCode } = await runner.run(node, script(code), { ...options, timeoutMs: 20_000 });
    assert.equal(exitCode, 0);
    process.kill(Number(stdout), "SIGKILL");
  });

  it("fails a run that prints more than it may, instead of returning a part", async () => {
    const code = "process.stdout.write('x'.repeat(2000)); setInterval(() => {}, 1000)";
    const running = runner.run(node, script(code), { ...options, maxOutput: 1000 });
    await assert.rejects(running, /`node` printed more than 1000 bytes/);
  });

  it("keeps the beginning and the end of a long stderr, in whole words", async () => {
    // Words of one length, which neither cut falls between.
    const code =
      "let s = ''; for (let i = 0; i < 100_000; i++) s += 'line-' + String(i).padStart(7, '0') + '\\n'; require('fs').writeSync(2, s)";
    const { stderr } = await runner.run(node, script(code), options);
    assert.ok(stderr.length < 300_000, String(stderr.length));
    assert.match(stderr, /^line-0000000\nline-0000001\n/);
    assert.match(stderr, /line-0099998\nline-0099999\n$/);
    const left = Number(/\n\[(\d+) bytes left out\]\n/.exec(stderr)?.[1]);
    const kept = stderr.replace(/\n\[\d+ bytes left out\]\n/, "");
    assert.equal(left + kept.length, 1_300_000);
    for (const line of kept.trim().split(/\s+/)) assert.match(line, /^line-\d{7}$/);
  });
});
