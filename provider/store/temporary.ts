import { mkdirSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../lib/makeFolder.js";
import { codeOf, creatingParent, folderSize, namesIn, removeFolder } from "./files.js";
import type { ProcessIdentity } from "./locks/processIdentity.js";

/** After this long, leftovers of another machine or container count as abandoned: no build takes a day. */
export const abandonedMs = 24 * 3600 * 1000;

/** Folders that last as long as a piece of work. Their names contain the process that they belong to. */
export class TemporaryFolders {
  private swept: Promise<void> | undefined;
  /** Bytes that `sweepOnce` freed and `sweep` has not reported yet. */
  private freed = 0;

  constructor(
    private readonly folder: string,
    private readonly identity: ProcessIdentity,
    private readonly now: () => number,
  ) {}

  /** A new empty folder. The first call removes what killed processes left. */
  async make(suffix: string): Promise<string> {
    await this.sweepOnce();
    const folder = this.newPath(suffix);
    await creatingParent(folder, async () => mkdirSync(folder, { mode: 0o700 }));
    return folder;
  }

  /** Moves a file or folder away in one step. Returns the path to delete, or undefined when there was nothing. */
  async takeOut(file: string): Promise<string | undefined> {
    const target = this.newPath("removed");
    try {
      await makeFolder(this.folder, 0o700);
      await fs.rename(file, target);
      return target;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Calls `sweep`, unless this object has already done so. */
  async sweepOnce(): Promise<void> {
    await (this.swept ??= this.sweep().then((bytes) => void (this.freed = bytes)));
  }

  /** Removes what dead processes left here. Returns the bytes freed, including those of `sweepOnce`. */
  async sweep(): Promise<number> {
    let bytes = this.freed;
    this.freed = 0;
    for (const name of await namesIn(this.folder)) {
      if (await this.isAbandoned(name)) bytes += await this.removeLeftover(path.join(this.folder, name));
    }
    return bytes;
  }

  private async removeLeftover(folder: string): Promise<number> {
    try {
      // Moved away first: several processes may sweep at once.
      const taken = await this.takeOut(folder);
      if (taken === undefined) return 0;
      const bytes = await folderSize(taken);
      await removeFolder(taken);
      return bytes;
    } catch {
      // Such as root's files that a container left: no reason to refuse a build.
      return 0;
    }
  }

  private async isAbandoned(name: string): Promise<boolean> {
    const state = this.identity.stateOf(name);
    if (state !== "unknown") return state === "dead";
    const status = await fs.lstat(path.join(this.folder, name)).catch(() => undefined);
    return status !== undefined && this.now() - status.mtimeMs > abandonedMs;
  }

  /** A path that nobody else uses. What is there is removed after this process has ended. */
  newPath(suffix: string): string {
    return path.join(this.folder, `${this.identity.newName()}-${suffix}`);
  }
}
