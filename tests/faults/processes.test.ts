import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { ProcessIdentity } from "../../provider/store/locks/processIdentity.js";
import { makeUvShim, type UvShim } from "../engine/uvShim.js";
import { CliBench } from "../support/cli.js";
import { waitUntil, type CommandResult } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import { canListProcesses, processesOf } from "../support/processes.js";
import { skip } from "../support/skip.js";

const target = ["--runtime", "python3.13"];
const seed = 20261121;

/** Rounds of kill -9. README.md has the figures of a run of 30. */
const killRounds = Number(process.env["UVLAMBDA_TEST_ROUNDS"] ?? 10);

/** Numbers from 0 to 1 that are the same on every run. */
function* randomNumbers(state: number): Generator<number, never> {
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("faults: several at once, killed, interrupted", function () {
  this.timeout(240_000);
  let bench: CliBench;
  let project: string;
  let reference: string;
  let shims = 0;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    const wheels = [{ name: "alpha" }, ...["one", "two", "three", "four"].map((name) => ({ name: `only-${name}` }))];
    project = await bench.project("app", { dependencies: ["alpha"], wheels });
    // Also fills uv's cache, so that one install is one call of uv.
    const { output, stderr } = await bench.build(["--project", project, ...target]);
    assert.ok(output.artifacts?.[0], stderr);
    reference = output.artifacts[0].sha256;
  });
  after(() => bench?.remove());

  const shim = (): UvShim => makeUvShim(bench.at(`shim-${shims++}`), bench.uv);
  const on = (store: string, uv: UvShim) => ({ env: { UVLAMBDA_UV: uv.path, UVLAMBDA_CACHE_DIR: bench.at(store) } });
  const sha256Of = ({ code, stdout, stderr }: CommandResult): string => {
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { artifacts: { sha256: string }[] }).artifacts[0]!.sha256;
  };

  function needsProc(test: Mocha.Context): void {
    if (!canListProcesses) skip(test, "needs /proc to list processes");
  }

  it("F01: a second build starts no process, not even uv to ask its version", async () => {
    const uv = bench.at("copied-uv");
    fs.copyFileSync(bench.uv, uv);
    fs.utimesSync(uv, 1_000_000_000, 1_000_000_000);
    const args = ["build", "--project", project, ...target];
    const settings = { env: { UVLAMBDA_UV: uv, UVLAMBDA_CACHE_DIR: bench.at("f01") } };
    assert.equal(sha256Of(await bench.run(args, settings)), reference);
    // It looks like the same file, but is not a program: starting it is an error.
    const { size } = fs.statSync(uv);
    fs.truncateSync(uv, 0);
    fs.truncateSync(uv, size);
    fs.utimesSync(uv, 1_000_000_000, 1_000_000_000);
    const again = await bench.run(args, settings);
    assert.equal(sha256Of(again), reference);
    assert.equal((JSON.parse(again.stdout) as { cacheHit: boolean }).cacheHit, true);
    const other = await bench.run([...args, "--cache-dir", bench.at("f01-other")], settings);
    assert.match(other.stdout, /UV_UNUSABLE/, "it is no program");
  });

  it("F02: eight builds of one project on an empty store install once and give one artifact", async () => {
    const uv = shim();
    const args = ["build", "--project", project, ...target];
    const results = await Promise.all(Array.from({ length: 8 }, () => bench.run(args, on("f02", uv))));
    assert.deepEqual([...new Set(results.map(sha256Of))], [reference]);
    assert.equal(uv.installs().length, 1, uv.calls().join("\n"));
    assert.deepEqual(bench.stored(".temporary", "f02"), []);
  });

  it("F03, F16: builds of different projects do not wait for each other, and outlive a prune of everything", async () => {
    const names = ["one", "two", "three", "four"];
    for (const name of names) await bench.project(`app-${name}`, { dependencies: [`only-${name}`] });
    const uv = shim();
    uv.hold();
    const started = names.map((name) => bench.start(["build", "--project", `app-${name}`, ...target], on("f03", uv)));
    await waitUntil("all installs run at once", 60_000, () => uv.held() >= names.length);
    const pruned = await bench.run(["cache", "prune", "--max-bytes", "0", "--cache-dir", "f03"]);
    assert.equal(pruned.code, 0, pruned.stderr);
    assert.equal(typeof (JSON.parse(pruned.stdout) as { bytesFreed: unknown }).bytesFreed, "number");
    uv.release();
    const results = await Promise.all(started.map(({ result }) => result));
    assert.equal(new Set(results.map(sha256Of)).size, names.length);
    for (const { stdout } of results) {
      const [artifact] = (JSON.parse(stdout) as { artifacts: { path: string; size: number }[] }).artifacts;
      assert.equal(fs.statSync(artifact!.path).size, artifact!.size);
    }
  });

  it(`F04: after kill -9 inside a build the next one gives the same bytes, and the one after that finds nothing left (seed ${seed})`, async function () {
    needsProc(this);
    this.timeout(900_000);
    const random = randomNumbers(seed);
    const args = ["build", "--project", project, ...target, "--out"];
    const started = performance.now();
    const whole = await bench.run([...args, bench.at("f04-out-whole")], {
      env: { UVLAMBDA_CACHE_DIR: bench.at("f04-whole") },
    });
    const duration = performance.now() - started;
    assert.equal(sha256Of(whole), reference);
    let landed = 0;
    for (let round = 0; landed < killRounds; round++) {
      assert.ok(round < killRounds * 3, "the builds ended before they could be killed, again and again");
      const [store, out] = [`f04-${round}`, bench.at(`f04-out-${round}`)];
      const settings = { env: { UVLAMBDA_CACHE_DIR: bench.at(store) } };
      const build = bench.start([...args, out], settings);
      await new Promise((resolve) => setTimeout(resolve, (0.1 + random.next().value * 0.8) * duration));
      build.process.kill("SIGKILL");
      if ((await build.result).code !== 0) landed++;
      // What a process leaves when it is killed while it copies.
      bench.write(`f04-out-${round}/.uvlambda-${new ProcessIdentity().newName().replace(/^\d+/, "4194305")}`, {
        x: "",
      });
      assert.equal(sha256Of(await bench.run([...args, out], settings)), reference, `round ${round}`);
      // A uv of the killed build continues for a moment, and may write into a folder that was removed.
      await waitUntil("what was started has ended", 30_000, () => processesOf(bench.folder).length === 0);
      assert.equal(sha256Of(await bench.run([...args, out], settings)), reference, `round ${round}`);
      for (const kind of [".temporary", ".locks", ".leases"])
        assert.deepEqual(bench.stored(kind, store), [], `round ${round}`);
      assert.deepEqual(fs.readdirSync(out).sort(), [".uvlambda-out", "code.zip"], `round ${round}`);
    }
    console.log(`      kill -9 inside a build: ${landed} of ${killRounds}`);
  });

  for (const flag of ["--verify", "--read-only"]) {
    it(`F04: a temporary folder of the system that kill -9 leaves goes with the next such build (${flag})`, async function () {
      needsProc(this);
      const [store, uv] = [`f04${flag}`, shim()];
      const readOnly = flag === "--read-only";
      const env = { ...on(store, uv).env, ...(readOnly && { UVLAMBDA_CACHE_READONLY: "1" }) };
      const args = ["build", "--project", project, ...target, ...(readOnly ? [] : ["--verify"]), "--out", `out${flag}`];
      const left = () => fs.readdirSync(bench.at("tmp")).filter((name) => name.startsWith("uvlambda-"));
      // A build with --verify installs first for the store, then in its own folder.
      if (!readOnly) assert.equal((await bench.run(args, { env })).code, 0);
      uv.hold();
      const before = uv.held();
      const build = bench.start(args, { env });
      await waitUntil("the install runs", 60_000, () => uv.held() > before);
      assert.equal(left().length, 1);
      build.process.kill("SIGKILL");
      await build.result;
      uv.release();
      await waitUntil("uv has ended", 30_000, () => processesOf(path.dirname(uv.path)).length === 0);
      assert.equal(left().length, 1);
      assert.equal(sha256Of(await bench.run(args, { env })), reference);
      assert.deepEqual(left(), []);
    });
  }

  for (const [signal, exitCode] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`F06: ${signal} during the install ends everything with ${exitCode} and leaves nothing`, async function () {
      needsProc(this);
      const [store, uv] = [`f06-${signal}`, shim()];
      uv.hold();
      const build = bench.start(["build", "--project", project, ...target, "--out", `out-${signal}`], on(store, uv));
      await waitUntil("the install runs", 60_000, () => uv.held() >= 1);
      build.process.kill(signal);
      await waitUntil("everything has ended", 5_000, () => processesOf(path.dirname(uv.path)).length === 0);
      const { code, stdout } = await build.result;
      assert.equal(code, exitCode);
      assert.equal((JSON.parse(stdout) as { error: { code: string } }).error.code, "CANCELLED");
      for (const kind of ["artifact", "distribution", ".temporary", ".locks", ".leases"])
        assert.deepEqual(bench.stored(kind, store), [], kind);
      assert.ok(!fs.existsSync(bench.at(`out-${signal}`)));
      uv.release();
      assert.equal(sha256Of(await bench.run(["build", "--project", project, ...target], on(store, uv))), reference);
    });
  }

  it("F07: a child that ignores signals is gone all the same when the whole group gets SIGINT", async function () {
    needsProc(this);
    const setsid = findTool("setsid", "UVLAMBDA_TEST_SETSID");
    if (setsid === undefined) skip(this, "needs setsid");
    const folder = bench.at("stubborn");
    const script = `#!/bin/sh\ntrap '' INT TERM\ncase "$*" in *"pip install"*) touch '${folder}/here'; while :; do sleep 0.2; done;; esac\nexec '${bench.uv}' "$@"\n`;
    bench.write("stubborn", { uv: script });
    fs.chmodSync(path.join(folder, "uv"), 0o755);
    const env = { UVLAMBDA_UV: path.join(folder, "uv"), UVLAMBDA_CACHE_DIR: bench.at("f07") };
    const build = bench.start(["build", "--project", project, ...target], { env, wrapper: [setsid] });
    await waitUntil("the install runs", 60_000, () => fs.existsSync(path.join(folder, "here")));
    process.kill(-build.pid, "SIGINT");
    await waitUntil("everything has ended", 5_000, () => processesOf(folder).length === 0);
    assert.equal((await build.result).code, 130);
  });
});
