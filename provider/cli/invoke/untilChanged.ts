import { watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Editors write several files at once. */
const settledMs = 200;

/** Files that change without being part of a function. Writing them must not start the next run. */
const ignored =
  /(^|[/\\])(\.git|\.venv|__pycache__|node_modules|\.uvlambda|\.[^/\\]*cache)([/\\]|$)|\.pyc$|~$|\.sw[a-z]$/;

/** Resolves soon after a file below `folder` has changed; rejects when `signal` is aborted. */
export async function untilChanged(folder: string, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (name !== null && ignored.test(name)) return;
      watcher.close();
      resolve();
    });
    watcher.once("error", reject);
    const stop = () => {
      watcher.close();
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  await delay(settledMs);
}
