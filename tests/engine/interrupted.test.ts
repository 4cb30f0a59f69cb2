import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil, type StartedCommand } from "../support/commands.js";
import { canListProcesses, processesOf, type RunningProcess } from "../support/processes.js";
import { skip } from "../support/skip.js";
import { createWorkspace, mustSucceed, type Workspace } from "./harness.js";
import { killProcessesOf } from "./run.js";

/** Rounds of each kind of interruption. tests/faults/README.md has the figures of a run of 30. */
const rounds = Number(process.env["UVLAMBDA_TEST_ROUNDS"] ?? 2);

const runtimes = ["python3.11", "python3.12", "python3.13"];
const functions = Object.fromEntries(
  [1, 2, 3, 4, 5].map((i) => [
    `fn${i}`,
    i <= 3
      ? { project: "../single-app", runtime: runtimes[i - 1]! }
      : { project: "../workspace/apps/api", handler: "api.main.handler", runtime: runtimes[i - 3]! },
  ]),
);

const isPlugin = ({ command }: RunningProcess) =>
  /dist\/index\.js|pulumi-resource-uvlambda/.test(command) && !command.includes("pulumi-resource-aws");
const isOurs = (one: RunningProcess) => isPlugin(one) || /uv-shim|sleep 0\.2/.test(one.command);

/** Ways to end an update. Each gets the running command and the plugin's processes. */
const ways: Readonly<Record<string, (up: StartedCommand, plugin: readonly RunningProcess[]) => void>> = {
  "kill -9 of pulumi": (up) => void up.process.kill("SIGKILL"),
  "kill -9 of the plugin": (_, plugin) => {
    for (const { pid } of plugin) process.kill(pid, "SIGKILL");
  },
  "Ctrl-C": (up) => void up.process.kill("SIGINT"),
};

describe(`an update of five functions that is ended at any moment (${rounds} rounds each)`, function () {
  this.timeout(120_000 + rounds * 120_000);
  let workspace: Workspace;

  before(function () {
    if (!canListProcesses) skip(this, "needs /proc to list processes");
  });
  beforeEach(async function () {
    workspace = await createWorkspace(this, { language: "yaml", functions });
  });
  afterEach(() => {
    if (workspace !== undefined) killProcessesOf(workspace.root);
  });

  const ours = () => processesOf(workspace.root).filter(isOurs);

  /** Starts an update and returns at a moment when it is under way: the plugin and the command are running. */
  async function inside(round: number): Promise<StartedCommand> {
    workspace.uv.hold();
    const before = workspace.uv.held();
    const up = workspace.start(["up", "--yes", "--skip-preview"]);
    // Every third round while packages are being installed, the others while files are packed or resources are made.
    await waitUntil("an install runs", 60_000, () => workspace.uv.held() > before);
    if (round % 3 !== 0) {
      workspace.uv.release();
      await sleep(Math.floor(((round * 7919) % 1000) * 0.8));
    }
    return up;
  }

  for (const [way, end] of Object.entries(ways)) {
    it(`${way}: no process continues, nothing unfinished stays, and the next update succeeds`, async () => {
      let landed = 0;
      for (let round = 0; landed < rounds; round++) {
        assert.ok(round < rounds * 3 + 3, "the update ended before it could be disturbed, again and again");
        workspace.edit("single-app/handler.py", "def handler(", `# round ${round}\ndef handler(`);
        fs.rmSync(workspace.cacheDir, { recursive: true, force: true });
        fs.rmSync(path.join(workspace.programFolder, ".uvlambda"), { recursive: true, force: true });
        const up = await inside(round);
        const plugin = ours().filter(isPlugin);
        const isInside = plugin.length > 0 && up.process.exitCode === null;
        if (isInside) end(up, plugin);
        workspace.uv.release();
        await waitUntil("plugin and uv end", 30_000, () => ours().length === 0);
        // A language host outlives a killed engine and holds the command's output open.
        if (way === "kill -9 of pulumi") killProcessesOf(workspace.root);
        const { code } = await up.result;
        if (!isInside || code === 0) continue;
        landed++;
        if (way === "kill -9 of pulumi") mustSucceed(await workspace.pulumi(["cancel", "--yes"]));
        mustSucceed(await workspace.up());
        requireClean();
        console.log(`      ${way}: ${landed} of ${rounds}`);
      }
      mustSucceed(await workspace.preview(["--expect-no-changes"]));
      mustSucceed(await workspace.destroy());
    });
  }

  /** After a successful update: no lock, no lease, no temporary folder, no partial archive. */
  function requireClean(): void {
    const base = path.join(workspace.cacheDir, "v1");
    for (const name of [".temporary", ".locks", ".leases"])
      assert.deepEqual(fs.existsSync(path.join(base, name)) ? fs.readdirSync(path.join(base, name)) : [], [], name);
    const temporary = path.join(workspace.programFolder, ".uvlambda", ".temporary");
    assert.deepEqual(fs.existsSync(temporary) ? fs.readdirSync(temporary) : [], []);
  }
});
