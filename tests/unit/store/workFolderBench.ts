import * as fs from "node:fs/promises";
import * as path from "node:path";
import { Scratch } from "../support/scratch.js";

/** A program with a work folder, for a group of tests; new for each of them. */
export class WorkFolderBench {
  /** The program's folder. */
  program = "";
  /** Its work folder, which does not exist yet. */
  folder = "";

  readonly scratch = new Scratch();

  constructor() {
    beforeEach(async () => {
      this.program = path.join(await this.scratch.make(), "a program");
      await fs.mkdir(this.program);
      this.folder = path.join(this.program, ".uvlambda");
    });
    afterEach(() => this.scratch.remove());
  }

  async placed(): Promise<string[]> {
    return (await fs.readdir(this.folder)).filter((name) => !name.startsWith(".")).sort();
  }

  /** As if all processes that placed something had ended; the order of the runs is kept. */
  async endRuns(): Promise<void> {
    const runs = path.join(this.folder, ".runs");
    for (const name of await fs.readdir(runs)) {
      const over = path.join(runs, name.replace(/^\d+/, "4194305"));
      await fs.rename(path.join(runs, name), over);
      // So that the runs differ in time on any file system.
      const { mtimeMs } = await fs.stat(over);
      await fs.utimes(over, mtimeMs / 1000 - 10, mtimeMs / 1000 - 10);
    }
  }
}
