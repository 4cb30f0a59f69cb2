import { mkdtempSync, rmSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { codeOf, creatingParent, folderSize, namesIn, removeFolder } from "./files.js";
import type { ProcessIdentity } from "./locks/processIdentity.js";

/** After so long, what another machine or container left is taken for abandoned: no build lasts a day. */
export const abandonedMs = 24 * 3600 * 1000;

/** A new private folder in the system's temporary folder, removed when this process ends by itself. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Folders that live as long as a piece of work; their names say which process they belong to. */
export class TemporaryFolders {
  private swept: Promise<void> | undefined;
  /** Bytes that `sweepOnce` freed and `sweep` has not told yet. */
  private freed = 0;

  constructor(
    private readonly folder: string,
    private readonly identity: ProcessIdentity,
    private readonly now: () => number,
  ) {}

  /** A new empty folder. The first call removes what killed processes left. */
  async make(suffix: string): Promise<string> {
    await this.sweepOnce();
    const made = this.newPath(suffix);
    await creatingParent(made, () => fs.mkdir(made, { mode: 0o700 }));
    return made;
  }

  /** Takes a file or folder out of its place in one step. The path to delete, or undefined when it was gone. */
  async takeOut(file: string): Promise<string | undefined> {
    const target = this.newPath("removed");
    try {
      await fs.mkdir(this.folder, { recursive: true, mode: 0o700 });
      await fs.rename(file, target);
      return target;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  /** `sweep`, unless this object has done it. */
  async sweepOnce(): Promise<void> {
    await (this.swept ??= this.sweep().then((bytes) => void (this.freed = bytes)));
  }

  /** Removes what processes that are gone left here. Returns the bytes freed, those of `sweepOnce` included. */
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
      // Taken over first: several processes may sweep at once.
      const taken = await this.takeOut(folder);
      if (taken === undefined) return 0;
      const bytes = await folderSize(taken);
      await removeFolder(taken);
      return bytes;
    } catch {
      // Such as files of root that a container left: no reason to refuse a build.
      return 0;
    }
  }

  private async isAbandoned(name: string): Promise<boolean> {
    const state = this.identity.stateOf(name);
    if (state !== "unknown") return state === "dead";
    const status = await fs.lstat(path.join(this.folder, name)).catch(() => undefined);
    return status !== undefined && this.now() - status.mtimeMs > abandonedMs;
  }

  /** A path that nobody else uses; what lies there is removed when this process is gone. */
  newPath(suffix: string): string {
    return path.join(this.folder, `${this.identity.newName()}-${suffix}`);
  }
}
