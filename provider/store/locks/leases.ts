import { appendFileSync, rmSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { codeOf, creatingParent, namesIn } from "../files.js";
import { lock, LockWait, type WaitOptions } from "./lock.js";
import type { ProcessIdentity } from "./processIdentity.js";
import { abandonedMs } from "../temporary.js";

/** The entries that one process uses. */
export interface Lease {
  readonly file: string;
  /** False while the process may live. */
  readonly isOver: boolean;
  /** Milliseconds since 1970. */
  readonly lastChange: number;
  readonly ids: readonly string[];
}

export interface LeaseOptions {
  /** Whether the lease is removed when its process ends. It is kept where the entries of earlier runs matter. */
  readonly endsWithProcess?: boolean;
}

/**
 * Tells other processes what this one uses until it ends, so that they do not remove it. A process that starts to
 * use an entry writes its lease, then waits for any cleaning to end. A process that cleans takes the lock, then reads
 * the leases. So either the cleaner sees the lease, or the user sees that the entry is gone.
 */
export class Leases {
  private isRemovedAtExit = false;
  private readonly uses = new Map<string, Promise<void>>();
  private readonly file: string;

  constructor(
    private readonly folder: string,
    private readonly cleaningLock: string,
    private readonly identity: ProcessIdentity,
    private readonly options: WaitOptions & LeaseOptions = {},
  ) {
    this.file = path.join(folder, identity.newName());
  }

  /** No process removes `id` once this has resolved. True for the first use. */
  async use(id: string): Promise<boolean> {
    const known = this.uses.get(id);
    const use = known ?? this.begin(id);
    this.uses.set(id, use);
    await use;
    return known === undefined;
  }

  /** Runs `action` with all leases, while no process can start to use anything. Keep it short. */
  async cleaning<T>(now: number, action: (leases: readonly Lease[]) => Promise<T>): Promise<T> {
    const release = await lock(this.cleaningLock, this.identity, this.options);
    try {
      return await action(await this.readAll(now));
    } finally {
      release();
    }
  }

  /** Removes the leases of processes that are gone, such as those that SIGKILL ended. */
  async removeDead(): Promise<void> {
    for (const name of await namesIn(this.folder))
      if (this.identity.stateOf(name) === "dead") await fs.rm(path.join(this.folder, name), { force: true });
  }

  private async begin(id: string): Promise<void> {
    try {
      this.removeAtExit();
      await creatingParent(this.file, async () => appendFileSync(this.file, `${id}\n`, { mode: 0o600 }));
      const cleaner = new LockWait(this.cleaningLock, this.identity, this.options);
      while (cleaner.isHeld()) await cleaner.next();
    } catch (error) {
      this.uses.delete(id);
      throw error;
    }
  }

  /** Also after SIGTERM. After SIGKILL, the next process removes the lease. */
  private removeAtExit(): void {
    if (this.isRemovedAtExit || this.options.endsWithProcess !== true) return;
    this.isRemovedAtExit = true;
    process.setMaxListeners(process.getMaxListeners() + 1);
    process.once("exit", () => rmSync(this.file, { force: true }));
  }

  private async readAll(now: number): Promise<Lease[]> {
    const leases: Lease[] = [];
    for (const name of await namesIn(this.folder)) {
      const file = path.join(this.folder, name);
      try {
        const status = await fs.stat(file);
        const { mtimeMs } = status;
        const text = status.isFile() ? await fs.readFile(file, "utf8") : "";
        const ids = text.split("\n").filter((id) => id !== "");
        const state = this.identity.stateOf(name);
        const isOver = state === "unknown" ? now - mtimeMs > abandonedMs : state === "dead";
        leases.push({ file, isOver, lastChange: mtimeMs, ids });
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
      }
    }
    return leases;
  }
}
