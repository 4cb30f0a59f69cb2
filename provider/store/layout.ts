import * as path from "node:path";

/**
 * The layout below the store's root. Folders of other versions are never touched. A change of the layout or of the
 * manifest needs a new version.
 */
export class Layout {
  readonly base: string;
  /** Folders that are being made, used as scratch or deleted. Their names contain their process. */
  readonly temporary: string;
  /** One file for each process: the ids of the entries that it uses. */
  readonly leases: string;
  readonly locks: string;
  /** What was read in full and found intact, with a file for each entry. */
  readonly verifications: string;
  readonly cachesName = ".caches";

  constructor(readonly root: string) {
    this.base = path.join(root, "v1");
    this.temporary = path.join(this.base, ".temporary");
    this.leases = path.join(this.base, ".leases");
    this.locks = path.join(this.base, ".locks");
    this.verifications = path.join(this.base, ".verified");
  }

  /** Id of a folder that other programs keep: a name that no kind can have. */
  cacheId(name: string): string {
    return `${this.cachesName}/${name}`;
  }

  entry(id: string): string {
    return path.join(this.base, id);
  }

  /** Id of the entry that holds a file; undefined for files elsewhere. */
  idOf(file: string): string | undefined {
    const [kind = "", key = "", ...rest] = path.relative(this.base, file).split(path.sep);
    return rest.length === 0 || kind.startsWith(".") ? undefined : `${kind}/${key}`;
  }

  lock(id: string): string {
    return path.join(this.locks, id.replace("/", "."));
  }

  /** Held while entries are removed, so that nobody starts to use one at that moment. */
  get pruneLock(): string {
    return path.join(this.locks, ".prune");
  }

  get lastPrune(): string {
    return path.join(this.base, ".pruned");
  }
}

/** The id of an entry: `kind/key`, both harmless as file names. */
export function entryId(kind: string, key: string): string {
  for (const part of [kind, key]) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(part)) throw new Error(`not a name for the store: ${part}`);
  }
  return `${kind}/${key}`;
}
