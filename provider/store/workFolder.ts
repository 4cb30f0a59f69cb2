import { constants } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { UvLambdaError } from "../lib/errors.js";
import { sha256File } from "../lib/hash.js";
import { creatingParent, namesIn, removeFolder, sync } from "./files.js";
import { Leases, type Lease } from "./leases.js";
import { ProcessIdentity } from "./processIdentity.js";
import { diskFailed, explaining, explainingFull, type Place } from "./storeError.js";
import { TemporaryFolders } from "./temporary.js";
import { VerifiedFiles } from "./verifiedFiles.js";

const archiveName = /^[0-9a-f]{64}\.[a-z0-9.]+$/;
const ownNames = { ignore: ".gitignore", runs: ".runs", cleaning: ".cleaning", temporary: ".temporary" };
/** Runs that are over whose archives stay: `pulumi up` is two, its preview and its update. */
const keptRuns = 2;

/**
 * The folder beside the program where the Pulumi engine reads archives, which the state names by their path from
 * the program. A run is one process; what a living one placed is never removed, whatever else runs here.
 */
export class WorkFolder {
  private readonly folder: string;
  private readonly location: Place;
  private readonly verified = new VerifiedFiles();
  private readonly temporary: TemporaryFolders;
  private readonly runs: Leases;
  private readonly placing = new Map<string, Promise<void>>();
  private prepared: Promise<void> | undefined;

  /** `programFolder` is absolute; `workDir` relative to it, or absolute. Nothing is written before the first `place`. */
  constructor(
    private readonly programFolder: string,
    private readonly workDir: string,
    private readonly now: () => number = Date.now,
  ) {
    this.folder = path.resolve(programFolder, workDir);
    this.location = { folder: this.folder, setting: "UVLAMBDA_WORK_DIR" };
    const identity = new ProcessIdentity();
    this.temporary = new TemporaryFolders(path.join(this.folder, ownNames.temporary), identity, now);
    this.runs = new Leases(path.join(this.folder, ownNames.runs), path.join(this.folder, ownNames.cleaning), identity);
  }

  /**
   * Copies an archive here, unless it is here and whole. Returns its path for the engine: relative to the program,
   * with `/`; absolute when the work folder was given so. Rejects with UvLambdaError STORE_UNUSABLE, STORE_FULL, STORE_FAILED.
   */
  async place(sourceFile: string, sha256: string, extension = ".zip"): Promise<string> {
    const name = `${sha256}${extension}`;
    if (!archiveName.test(name)) throw new Error(`not the name of an archive: ${name}`);
    const place = async () => {
      await (this.prepared ??= this.prepare());
      await this.runs.use(name);
      const placing = this.placing.get(name) ?? this.ensure(sourceFile, sha256, path.join(this.folder, name));
      this.placing.set(name, placing);
      await placing.finally(() => this.placing.delete(name));
    };
    const need = async () => `${(await fs.stat(sourceFile)).size} bytes`;
    await explaining(this.location, () => explainingFull(this.location, place, need));
    const file = path.join(this.folder, name);
    return path.isAbsolute(this.workDir) ? file : path.relative(this.programFolder, file).split(path.sep).join("/");
  }

  private async prepare(): Promise<void> {
    await fs.mkdir(this.folder, { recursive: true });
    await this.ignoreInGit();
    await this.runs.cleaning(this.now(), (runs) => this.removeOld(runs));
  }

  /** Only in a folder that holds nothing but ours: the setting may name one that the user keeps files in. */
  private async ignoreInGit(): Promise<void> {
    const ours = new Set(Object.values(ownNames));
    const names = await namesIn(this.folder);
    if (names.includes(ownNames.ignore) || !names.every((name) => ours.has(name) || archiveName.test(name))) return;
    const made = await this.temporary.make("gitignore");
    await fs.writeFile(path.join(made, ownNames.ignore), "*\n");
    await fs.rename(path.join(made, ownNames.ignore), path.join(this.folder, ownNames.ignore));
    await removeFolder(made);
  }

  private async removeOld(runs: readonly Lease[]): Promise<void> {
    const over = runs.filter((run) => run.isOver).sort((a, b) => b.lastChange - a.lastChange);
    const dropped = new Set(over.slice(keptRuns));
    const kept = new Set(runs.filter((run) => !dropped.has(run)).flatMap((run) => run.ids));
    for (const name of await namesIn(this.folder)) {
      if (archiveName.test(name) && !kept.has(name)) await removeFolder(path.join(this.folder, name));
    }
    for (const run of dropped) await fs.rm(run.file, { force: true });
  }

  private async ensure(sourceFile: string, sha256: string, target: string): Promise<void> {
    const problem = await this.verified.problem(target, { sha256 });
    if (problem === undefined) return;
    const staging = await this.temporary.make("archive");
    try {
      const copy = path.join(staging, path.basename(target));
      // A copy, shared by the file system where it can: with a hard link an edit here would damage the store.
      await fs.copyFile(sourceFile, copy, constants.COPYFILE_FICLONE);
      await fs.chmod(copy, 0o644);
      if ((await sha256File(copy)).sha256 !== sha256) throw damagedSource(sourceFile);
      await sync(copy);
      if (problem === "is not a file") await removeFolder(target);
      await creatingParent(target, () => fs.rename(copy, target));
      await sync(this.folder);
      await this.verified.remember(target, sha256);
    } finally {
      await removeFolder(staging).catch(() => undefined);
    }
  }
}

function damagedSource(file: string): UvLambdaError {
  return diskFailed(`${file} changed on disk after it was verified.`);
}
