import { isRunning, processStatus } from "./processStatus.js";

export interface WatchOptions {
  /** Called once, when the process that started this one is gone. It should kill children and exit. */
  readonly onOrphaned: () => void;
  /** Milliseconds between checks. Default 1000. */
  readonly intervalMs?: number;
}

/** A process, and its parent when the watch began. */
interface Link {
  readonly pid: number;
  readonly parent: number;
}

/**
 * Watches for the death of the engine, which cannot tell its plugins when it is killed. Returns a function that ends
 * the watch. The timer does not keep the process alive.
 */
export function watchParent({ onOrphaned, intervalMs = 1000 }: WatchOptions): () => void {
  const links = linksToEngine();
  const timer = setInterval(() => {
    if (!links.every(holds)) orphaned();
  }, intervalMs);
  timer.unref();
  const stop = () => clearInterval(timer);
  let wasCalled = false;
  const orphaned = () => {
    stop();
    if (!wasCalled) onOrphaned();
    wasCalled = true;
  };
  // The engine was killed before the watch began: nobody reads the port that the plugin prints.
  process.stdout.on("error", orphaned);
  return () => {
    stop();
    process.stdout.off("error", orphaned);
  };
}

/**
 * From this process up to the engine. If a language host started the plugin, it is between them and outlives the
 * engine.
 */
function linksToEngine(): Link[] {
  const plugin = { pid: process.pid, parent: process.ppid };
  const host = processStatus(plugin.parent);
  // Its name is cut: pulumi-language-nodejs.
  return host?.name.startsWith("pulumi-language") ? [plugin, { pid: plugin.parent, parent: host.parent }] : [plugin];
}

/** An orphan is adopted by init or by a subreaper. Its parent's id changes in both cases. */
function holds({ pid, parent }: Link): boolean {
  if (pid !== process.pid) return processStatus(pid)?.parent === parent;
  if (process.ppid !== parent) return false;
  // Windows does not adopt orphans: the id stays after the parent's death.
  return process.platform !== "win32" || isRunning(parent);
}
