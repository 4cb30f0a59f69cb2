import { statSync } from "node:fs";
import * as path from "node:path";
import { readTextSync } from "../../lib/regularFile.js";
import { treeDigest } from "../../tree/digest.js";
import type { FileTree } from "../../tree/tree.js";
import { discard, namesIn, writeWhole } from "../files.js";

const maxBytes = 64 * 1024 * 1024;

/**
 * What placed folders hold, in a file for each: the next one takes the files that did not change from there. Without
 * the list of a folder, the next one is copied whole.
 */
export class PlacedTrees {
  constructor(private readonly folder: string) {}

  /** Digests, the newest first. */
  async known(): Promise<string[]> {
    const names = await namesIn(this.folder);
    const found = names.map((name) => ({ name, status: statSync(this.file(name), { throwIfNoEntry: false }) }));
    return found.sort((a, b) => (b.status?.mtimeMs ?? 0) - (a.status?.mtimeMs ?? 0)).map(({ name }) => name);
  }

  /** Undefined when there is none with that digest. */
  read(digest: string): FileTree | undefined {
    try {
      const tree = JSON.parse(readTextSync(this.file(digest), maxBytes) ?? "[]") as FileTree;
      return treeDigest(tree) === digest ? tree : undefined;
    } catch {
      return undefined;
    }
  }

  /** If this fails, the next folder is copied whole. */
  async write(digest: string, tree: FileTree, temporary: string): Promise<void> {
    await writeWhole(this.file(digest), JSON.stringify(tree), temporary).catch(() => undefined);
  }

  /** Removes the lists of folders that are gone. */
  async sweep(left: ReadonlySet<string>): Promise<void> {
    for (const name of await namesIn(this.folder)) if (!left.has(name)) await discard(this.file(name));
  }

  private file(digest: string): string {
    return path.join(this.folder, digest);
  }
}
