import * as path from "node:path";
import type { TreeEntry } from "../../tree/tree.js";
import { manifestFiles } from "../entry.js";
import { folderPrint } from "../verify/folderPrint.js";
import { VerifiedFiles } from "../verify/verifiedFiles.js";

type Hashed = Pick<TreeEntry, "path" | "sha256">;

/** A folder whose content is known without reading it: the next one links the files that it has too. */
export class EarlierFolder<Entry extends Hashed = Hashed> {
  private readonly entries: ReadonlyMap<string, Entry>;

  private constructor(
    private readonly folder: string,
    entries: readonly Entry[],
    private readonly verified: VerifiedFiles,
  ) {
    this.entries = new Map(entries.map((entry) => [entry.path, entry]));
  }

  /** `print`: the `folderPrint` when it held `entries`. Undefined when anything about it changed since. */
  static open<Entry extends Hashed>(
    folder: string,
    entries: readonly Entry[],
    print: string,
  ): EarlierFolder<Entry> | undefined {
    const verified = new VerifiedFiles();
    try {
      // Before the folder is compared with its record: what changes from now on is noticed when it is linked.
      for (const entry of entries) verified.remember(path.join(folder, entry.path), entry.sha256);
      return folderPrint(folder) === print ? new EarlierFolder(folder, entries, verified) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Gives the file with this path and hash a second name. Undefined when there is none, or when it cannot. */
  link(file: string, sha256: string | undefined, target: string): Entry | undefined {
    const entry = this.entries.get(file);
    if (entry === undefined || sha256 === undefined) return undefined;
    try {
      // Only if that is its hash.
      return this.verified.link(path.join(this.folder, file), sha256, target) ? entry : undefined;
    } catch {
      // It is copied instead, and an error of that says what is wrong.
      return undefined;
    }
  }

  /** Whether its files still hold what they did. */
  async isIntact(): Promise<boolean> {
    const files = [...this.entries.values()];
    const problems = files.map((entry) => this.verified.problem(path.join(this.folder, entry.path), entry));
    return (await Promise.all(problems)).every((problem) => problem === undefined);
  }
}

/** SHA-256 in hex, by path. */
export type Hashes = ReadonlyMap<string, string>;

/** The hashes of the files in a folder of an entry of the store, as the entry says. Undefined when there is none. */
export async function hashesOf(folder: string): Promise<Hashes | undefined> {
  const files = await manifestFiles(path.dirname(folder));
  if (files === undefined) return undefined;
  const prefix = `${path.basename(folder)}/`;
  const own = Object.entries(files).filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, { sha256 }]) => [name.slice(prefix.length), sha256]));
}
