import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { ProcessRunner } from "../../../../provider/lib/processes/process.js";
import { watchParent } from "../../../../provider/lib/processes/watchdog.js";

/*
 * A family of processes as in production. `family.ts engine host plugin` starts one process for each word. Each is
 * started by the previous one in its own group, as the engine does. Each prints `<role> <pid>` when it runs.
 */
const [role, ...descendants] = process.argv.slice(2);
// The watchdog recognises a language host by this name.
if (role === "host") process.title = "pulumi-language-nodejs";
// The test holds the other end, so that no process survives it.
new Socket({ fd: 3 }).resume().on("close", () => process.exit(2));
if (role === "plugin") bePlugin();
else
  spawn(process.execPath, ["--import=tsx", __filename, ...descendants], { stdio: ["ignore", 1, 2, 3], detached: true });
console.log(`${role} ${process.pid}`);
setInterval(() => {}, 1000);

/** A plugin with a child that ignores SIGTERM. */
function bePlugin(): void {
  const runner = new ProcessRunner();
  const child = ["-c", "trap '' TERM; echo uv $$ >&2; sleep 1000"];
  runner
    .run("sh", child, { cwd: ".", env: { PATH: process.env["PATH"] ?? "" }, timeoutMs: 1e6, onStderr: console.log })
    .catch(() => {});
  process.on("exit", () => runner.killAll());
  const intervalMs = 200;
  watchParent({
    onOrphaned: () => {
      console.log("orphaned 0");
      process.exit(1);
    },
    intervalMs,
  });
  // Node runs timers of the same time in the order in which they were started: the watch has looked when this counts.
  let looks = 0;
  setInterval(() => console.log(`looks ${++looks}`), intervalMs);
}
