import { existsSync, watch, type FSWatcher } from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Editors write several files at once. */
const settledMs = 200;
const pollMs = 500;

/** Files that change without being part of a function. Writing them must not start the next run. */
const ignored =
  /(^|[/\\])(\.git|\.venv|__pycache__|node_modules|\.uvlambda|\.[^/\\]*cache)([/\\]|$)|\.pyc$|~$|\.sw[a-z]$/;

/** What changes below a folder, and of further files, from now on until it is closed. */
export class Changes {
  private readonly watchers: FSWatcher[] = [];
  private readonly names = new Set<string>();
  private wake: () => void = () => {};

  constructor(
    private readonly folder: string,
    files: readonly string[],
  ) {
    this.watch(folder, true, (name) => !ignored.test(name));
    for (const file of files) this.watch(path.dirname(file), false, (name) => name === path.basename(file));
  }

  /** Names of files that have changed, below their folders. */
  get seen(): ReadonlySet<string> {
    return new Set(this.names);
  }

  /** Resolves soon after the next change; rejects when `signal` is aborted. */
  async next(signal: AbortSignal): Promise<void> {
    // A folder that is moved away, as by a checkout of another branch, comes back without an event.
    const isThere = existsSync(this.folder);
    const poll = setInterval(() => existsSync(this.folder) !== isThere && this.wake(), pollMs);
    let stop = () => {};
    try {
      await new Promise<void>((resolve, reject) => {
        this.wake = resolve;
        stop = () => reject(signal.reason as Error);
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
      });
    } finally {
      clearInterval(poll);
      signal.removeEventListener("abort", stop);
    }
    await delay(settledMs);
  }

  close(): void {
    for (const watcher of this.watchers) watcher.close();
  }

  private watch(folder: string, recursive: boolean, isMeant: (name: string) => boolean): void {
    if (!existsSync(folder)) return;
    const watcher = watch(folder, { recursive }, (_event, name) => {
      if (name !== null && !isMeant(name)) return;
      this.names.add(path.join(folder, name ?? ""));
      this.wake();
    });
    // It ends when its folder does, which `next` notices.
    watcher.on("error", () => watcher.close());
    this.watchers.push(watcher);
  }
}
