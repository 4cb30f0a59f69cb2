import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../../lib/makeFolder.js";
import type { UvLambdaError } from "../../lib/errors.js";
import { treeDigest } from "../../tree/digest.js";
import type { TreeEntry } from "../../tree/tree.js";
import { codeOf, creatingParent, folderSize, namesIn, removeFolder, sync } from "../files.js";
import { Leases, type Lease } from "../locks/leases.js";
import type { WaitOptions } from "../locks/lock.js";
import { EarlierFolder, hashesOf } from "./earlierFolder.js";
import { copyFolder, isWhole } from "./placedFolder.js";
import { HashedCopies } from "./hashedCopies.js";
import { PlacedTrees } from "./placedTrees.js";
import { ProcessIdentity } from "../locks/processIdentity.js";
import { diskFailed, explaining, explainingFull, type Place } from "../storeError.js";
import { TemporaryFolders } from "../temporary.js";
import { folderPrint } from "../verify/folderPrint.js";
import { Verifications } from "../verify/verifications.js";
import { VerifiedFiles } from "../verify/verifiedFiles.js";

/** `<sha256>.zip`, and folders without an extension. */
const placedName = /^[0-9a-f]{64}(\.[a-z0-9.]+)?$/;
const ownNames = {
  ignore: ".gitignore",
  runs: ".runs",
  cleaning: ".cleaning",
  temporary: ".temporary",
  verified: ".verified",
  trees: ".trees",
};
/** How many ended runs keep their archives. `pulumi up` is two runs: its preview and its update. */
const keptRuns = 2;

export interface WorkFolderOptions extends WaitOptions {
  /** Milliseconds since 1970; for the order of runs only. */
  readonly now?: () => number;
}

/**
 * The folder beside the program where the Pulumi engine reads archives and builders read the folders of images. The
 * state holds their paths relative to the program. A run is one process. What a living process placed is never
 * removed, whatever else runs here.
 */
export class WorkFolder {
  private readonly folder: string;
  private readonly location: Place;
  private readonly verified = new VerifiedFiles();
  private readonly temporary: TemporaryFolders;
  private readonly runs: Leases;
  private readonly verifications: Verifications;
  private readonly trees: PlacedTrees;
  private readonly placing = new Map<string, Promise<void>>();
  private readonly now: () => number;
  private prepared: Promise<void> | undefined;

  /**
   * `programFolder` is absolute; `workDir` relative to it, or absolute. Nothing is written before the first `place`.
   */
  constructor(
    private readonly programFolder: string,
    private readonly workDir: string,
    options: WorkFolderOptions = {},
  ) {
    this.now = options.now ?? Date.now;
    this.folder = path.resolve(programFolder, workDir);
    this.location = { folder: this.folder, setting: "UVLAMBDA_WORK_DIR" };
    const identity = new ProcessIdentity();
    this.temporary = new TemporaryFolders(path.join(this.folder, ownNames.temporary), identity, this.now);
    this.verifications = new Verifications(path.join(this.folder, ownNames.verified), this.now);
    this.trees = new PlacedTrees(path.join(this.folder, ownNames.trees));
    const cleaning = path.join(this.folder, ownNames.cleaning);
    this.runs = new Leases(path.join(this.folder, ownNames.runs), cleaning, identity, options);
  }

  /**
   * Copies an archive here, unless an intact one is here. Returns its path for the engine: relative to the program,
   * with `/`, or absolute when the work folder is. Rejects with UvLambdaError STORE_UNUSABLE, STORE_FULL, STORE_FAILED.
   */
  async place(sourceFile: string, sha256: string, extension = ".zip"): Promise<string> {
    const ensure = (target: string) => this.ensure(sourceFile, sha256, target);
    return this.placeAs(`${sha256}${extension}`, ensure, async () => (await fs.stat(sourceFile)).size);
  }

  /** Like `place`, for a folder of regular files; `digest` is that of its tree. It gets the modes of the tree. */
  async placeFolder(sourceFolder: string, digest: string): Promise<string> {
    const ensure = (target: string) => this.ensureFolder(sourceFolder, digest, target);
    return this.placeAs(digest, ensure, () => folderSize(sourceFolder));
  }

  private async placeAs(
    name: string,
    ensure: (target: string) => Promise<void>,
    size: () => Promise<number>,
  ): Promise<string> {
    if (!placedName.test(name)) throw new Error(`not the name of an archive: ${name}`);
    const place = async () => {
      await (this.prepared ??= this.prepare());
      await this.runs.use(name);
      const placing = this.placing.get(name) ?? ensure(path.join(this.folder, name));
      this.placing.set(name, placing);
      await placing.finally(() => this.placing.delete(name));
    };
    const need = async () => `${await size()} bytes`;
    await explaining(this.location, () => explainingFull(this.location, place, need));
    const file = path.join(this.folder, name);
    return path.isAbsolute(this.workDir) ? file : path.relative(this.programFolder, file).split(path.sep).join("/");
  }

  private async prepare(): Promise<void> {
    await makeFolder(this.folder);
    // Here, because nothing else sweeps when all archives are already placed.
    await this.temporary.sweepOnce();
    await this.ignoreInGit();
    await this.runs.cleaning(this.now(), (runs) => this.removeOld(runs));
  }

  /** Only in a folder that holds nothing else: the setting may name a folder with the user's files. */
  private async ignoreInGit(): Promise<void> {
    const known = new Set(Object.values(ownNames));
    const names = await namesIn(this.folder);
    if (names.includes(ownNames.ignore) || !names.every((name) => known.has(name) || placedName.test(name))) return;
    const staged = await this.temporary.make("gitignore");
    await fs.writeFile(path.join(staged, ownNames.ignore), "*\n");
    await fs.rename(path.join(staged, ownNames.ignore), path.join(this.folder, ownNames.ignore));
    await removeFolder(staged);
  }

  private async removeOld(runs: readonly Lease[]): Promise<void> {
    const over = runs.filter((run) => run.isOver).sort((a, b) => b.lastChange - a.lastChange);
    const dropped = new Set(over.slice(keptRuns));
    const kept = new Set(runs.filter((run) => !dropped.has(run)).flatMap((run) => run.ids));
    for (const name of await namesIn(this.folder)) {
      if (placedName.test(name) && !kept.has(name)) await removeFolder(path.join(this.folder, name));
    }
    const left = new Set(await namesIn(this.folder));
    await this.verifications.sweep(async (id) => left.has(id.replace("/", ".")));
    await this.trees.sweep(left);
    for (const run of dropped) await fs.rm(run.file, { force: true });
  }

  /** Looks only, when a process read the archive in full within a day, and nothing about it changed since. */
  private async ensure(sourceFile: string, sha256: string, target: string): Promise<void> {
    const name = path.basename(target);
    const remembered = this.verifications.read(name)?.files[name];
    const problem = await this.verified.problem(target, { sha256 }, (seen) => seen === remembered);
    if (problem !== undefined) await this.copyArchive(sourceFile, sha256, target);
    const print = this.verified.fingerprint(target);
    if (print !== undefined && print !== remembered) await this.recordWhole(name, print);
  }

  private async copyArchive(sourceFile: string, sha256: string, target: string): Promise<void> {
    const staging = await this.temporary.make("archive");
    try {
      const copy = path.join(staging, path.basename(target));
      if ((await new HashedCopies().copy(sourceFile, copy)).sha256 !== sha256) throw damagedSource(sourceFile);
      await sync(copy);
      if ((await fs.lstat(target).catch(() => undefined))?.isDirectory() === true) await removeFolder(target);
      await creatingParent(target, () => fs.rename(copy, target));
      await sync(this.folder);
      this.verified.remember(target, sha256);
    } finally {
      await removeFolder(staging).catch(() => undefined);
    }
  }

  private async ensureFolder(sourceFolder: string, digest: string, target: string): Promise<void> {
    if (await this.isKnownWhole(target, digest)) return;
    const staging = await this.temporary.make("folder");
    try {
      const copy = path.join(staging, digest);
      const earlier = await this.earlierFolder(digest);
      const hashes = await hashesOf(sourceFolder);
      const tree = await copyFolder(sourceFolder, copy, { hashes, earlier: earlier?.folder });
      if (treeDigest(tree) !== digest) throw damagedSource(sourceFolder);
      await removeFolder(target);
      await creatingParent(target, () => fs.rename(copy, target)).catch(async (error: unknown) => {
        // Another process was faster.
        const isTaken = ["ENOTEMPTY", "EEXIST", "EPERM"].includes(codeOf(error) ?? "");
        if (!isTaken || !(await isWhole(target, digest))) throw error;
      });
      await sync(this.folder);
      await this.trees.write(digest, tree, this.temporary.newPath("tree"));
      await this.recordWhole(digest, printOf(target));
      if (earlier !== undefined) await this.recordAgain(earlier.of, earlier.folder);
    } finally {
      await removeFolder(staging).catch(() => undefined);
    }
  }

  /** The newest other folder whose content is known without reading it, and its digest. */
  private async earlierFolder(
    digest: string,
  ): Promise<{ readonly of: string; readonly folder: EarlierFolder<TreeEntry> } | undefined> {
    for (const of of await this.trees.known()) {
      const tree = of === digest ? undefined : this.trees.read(of);
      const print = this.verifications.read(of)?.files[of];
      if (tree === undefined || print === undefined) continue;
      const folder = EarlierFolder.open(path.join(this.folder, of), tree, print);
      if (folder !== undefined) return { of, folder };
    }
    return undefined;
  }

  /** Records what the folder looks like now: links change the times of its files. Not if anything else changed. */
  private async recordAgain(digest: string, folder: EarlierFolder<TreeEntry>): Promise<void> {
    const print = printOf(path.join(this.folder, digest));
    if (await folder.isIntact()) await this.recordWhole(digest, print);
  }

  /** Looks only, when a process read the folder in full within a day, and nothing about it changed since. */
  private async isKnownWhole(target: string, digest: string): Promise<boolean> {
    // Before the files are read: what changes meanwhile must not be remembered.
    const print = printOf(target);
    const remembered = this.verifications.read(digest);
    if (print !== undefined && remembered?.files[digest] === print) return true;
    if (!(await isWhole(target, digest))) return false;
    await this.recordWhole(digest, print);
    return true;
  }

  /** `name` is that of a file or folder here. */
  private async recordWhole(name: string, print: string | undefined): Promise<void> {
    if (print === undefined) return;
    const verification = { identity: name, files: { [name]: print }, isConfirmed: true };
    await this.verifications.write(name, verification, this.temporary.newPath("verified"));
  }
}

/** Undefined when it is not there, or no folder of files: then `isWhole` says what it is. */
function printOf(folder: string): string | undefined {
  try {
    return folderPrint(folder);
  } catch {
    return undefined;
  }
}

function damagedSource(file: string): UvLambdaError {
  return diskFailed(`${file} changed on disk after it was verified.`);
}
