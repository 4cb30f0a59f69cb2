import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../lib/makeFolder.js";
import { UvLambdaError } from "../lib/errors.js";
import { silent, type Reporter } from "../lib/log.js";
import { manifestName, moved, needsSync, type Confirm, type Shapes, type StoreEntry } from "./entry.js";
import { codeOf, creatingParent, discard, setDate, sync } from "./files.js";
import { entryId, Layout } from "./layout.js";
import { Leases } from "./locks/leases.js";
import { LockWait, tryLock, type WaitOptions, removeDeadLocks } from "./locks/lock.js";
import { ProcessIdentity } from "./locks/processIdentity.js";
import { NewEntry, type Create } from "./newEntry.js";
import { lastPrune, prune, type PruneOptions, type PruneResult, type StoreParts } from "./prune.js";
import { explaining, explainingFull, requireOwn, type Need, type Place } from "./storeError.js";
import { SharedEntries } from "./sharedEntries.js";
import { TemporaryFolders } from "./temporary.js";
import { VerifiedEntries } from "./verify/verifiedEntries.js";

export type { Confirm, StoreEntry } from "./entry.js";
export type { Create, LinkFile, OnHashed } from "./newEntry.js";
export { pruneDefaults } from "./prune.js";
export type { PruneOptions, PruneResult } from "./prune.js";

export interface StoreOptions {
  /** Told about damaged entries. */
  readonly reporter?: Reporter;
  /** Ends every wait for another process with CANCELLED. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which such a wait ends with TIMEOUT. */
  readonly timeoutMs?: number;
  /** Root of another store, whose entries are used too. Nothing is ever written there. */
  readonly shared?: string;
  /** What is remembered about entries, by kind: an entry with something else is damaged. */
  readonly shapes?: Shapes;
  /** Milliseconds since 1970. Only decides the order of pruning; never part of what is stored. */
  readonly now?: () => number;
}

export interface Obtained {
  readonly entry: StoreEntry;
  /** True when this process made the entry, even if another process was faster. */
  readonly created: boolean;
}

export interface Scratch {
  /** Absolute; empty and private. */
  readonly folder: string;
  /** Never rejects: a later run removes what cannot be removed now. */
  remove(): Promise<void>;
}

export interface ObtainOptions extends Pick<WaitOptions, "onWait"> {
  /** Who asks. Others that wait for the entry show this text. */
  readonly by?: string;
  /** Called when another call of this process is making the entry, with who asked for it. */
  readonly onShare?: (by: string | undefined) => void;
  /** Asked about an entry that neither this process made nor a process of this user confirmed before. */
  readonly confirm?: Confirm | undefined;
}

/**
 * Content-addressed folders on disk, shared by all processes of one user. An entry appears whole, by one rename, and
 * all its files are verified when it is read. Nothing touches the disk before the first call.
 * Every method rejects with UvLambdaError STORE_UNUSABLE, STORE_FULL or STORE_FAILED when the folder cannot be used.
 */
export class Store {
  private readonly layout: Layout;
  private readonly place: Place;
  private readonly identity = new ProcessIdentity();
  private readonly temporary: TemporaryFolders;
  private readonly leases: Leases;
  private readonly entries: VerifiedEntries;
  private readonly shared: SharedEntries | undefined;
  private readonly checkedKinds = new Map<string, Promise<void>>();
  private readonly now: () => number;
  private readonly pending = new Map<string, { by: string | undefined; obtained: Promise<Obtained> }>();
  private opened: Promise<void> | undefined;

  constructor(
    root: string,
    private readonly options: StoreOptions = {},
  ) {
    this.layout = new Layout(path.resolve(root));
    this.place = { folder: this.layout.root, setting: "UVLAMBDA_CACHE_DIR" };
    this.now = options.now ?? Date.now;
    this.temporary = new TemporaryFolders(this.layout.temporary, this.identity, this.now);
    const { signal, timeoutMs, shared, reporter = silent } = options;
    const onWait = (holder: string) => reporter.progress(`Waiting for another process to prune the cache: ${holder}`);
    const waits = { signal, timeoutMs, onWait, endsWithProcess: true };
    this.leases = new Leases(this.layout.leases, this.layout.pruneLock, this.identity, waits);
    this.entries = new VerifiedEntries(this.layout, this.temporary, this.now, options.shapes);
    this.shared = shared === undefined ? undefined : new SharedEntries(shared, reporter, options.shapes);
  }

  /** The verified entry. Undefined when there is none. A damaged entry is reported and removed, and counts as none. */
  async find(kind: string, key: string): Promise<StoreEntry | undefined> {
    const id = entryId(kind, key);
    return (await this.shared?.find(id)) ?? this.using(() => this.look(id));
  }

  /**
   * The entry, made by `create` when there is none. Concurrent calls for one key share one creation, in this process
   * and with others. When it fails, all calls of this process fail, and the next call tries again.
   */
  async getOrCreate<Meta>(
    kind: string,
    key: string,
    create: Create<Meta>,
    options: ObtainOptions = {},
  ): Promise<Obtained> {
    const id = entryId(kind, key);
    const shared = this.pending.get(id);
    if (shared) options.onShare?.(shared.by);
    if (shared) return shared.obtained;
    const obtained = this.obtain(id, create, options).finally(() => this.pending.delete(id));
    this.pending.set(id, { by: options.by, obtained });
    return obtained;
  }

  /** A folder for work, on the same file system as the entries. */
  async scratch(purpose: string): Promise<Scratch> {
    const folder = await this.using(() => this.temporary.make(purpose));
    return { folder, remove: () => discard(folder) };
  }

  /**
   * Absolute path of a folder that another program keeps, such as a cache of uv. It is made when it is missing, and
   * never verified. It is pruned by its last use like an entry, but not while this process lives.
   */
  async cacheFolder(name: string): Promise<string> {
    const id = this.layout.cacheId(name);
    const folder = this.layout.entry(id);
    return this.using(async () => {
      await this.leases.use(id);
      await makeFolder(folder, 0o700);
      const seconds = this.now() / 1000;
      await fs.utimes(folder, seconds, seconds);
      return folder;
    });
  }

  /** Runs work on files in the store. When it runs out of space, STORE_FULL adds the result of `need`. */
  async needing<T>(need: Need, work: () => Promise<T>): Promise<T> {
    return explainingFull(this.place, work, need);
  }

  /** Removes old entries and the leftovers of killed processes. Safe while other processes build. */
  async prune(options: PruneOptions = {}): Promise<PruneResult> {
    return this.using(() => prune(this.parts(), options.now ?? this.now(), options));
  }

  /** Prunes, unless that was done within a day: then undefined. For calls in the background. */
  async pruneDaily(options: PruneOptions = {}): Promise<PruneResult | undefined> {
    const now = options.now ?? this.now();
    if (now - (await lastPrune(this.layout)) < 24 * 3600 * 1000) return undefined;
    return this.prune(options);
  }

  private async using<T>(action: () => Promise<T>): Promise<T> {
    return explaining(this.place, async () => {
      await (this.opened ??= this.open());
      return action();
    });
  }

  private async open(): Promise<void> {
    const { root } = this.layout;
    if (/[\0-\x1f\x7f]/.test(root)) {
      const hint = "Set UVLAMBDA_CACHE_DIR to a folder without such characters.";
      throw new UvLambdaError("STORE_UNUSABLE", `The path ${JSON.stringify(root)} contains a control character.`, {
        hint,
      });
    }
    await makeFolder(this.layout.base, 0o700);
    for (const folder of [this.layout.root, this.layout.base]) await requireOwn({ ...this.place, folder });
    await this.removeLeftovers().catch(() => undefined);
  }

  /**
   * Removes what killed processes left, even if this process finds everything it needs: a lock that nobody waits
   * for, a lease, folders. Leftovers that cannot be removed do no harm.
   */
  private async removeLeftovers(): Promise<void> {
    await removeDeadLocks(this.layout.locks, this.identity, this.now());
    await this.leases.removeDead();
    await this.temporary.sweepOnce();
  }

  private parts(): StoreParts {
    return { layout: this.layout, identity: this.identity, temporary: this.temporary, leases: this.leases };
  }

  private async obtain<Meta>(id: string, create: Create<Meta>, options: ObtainOptions): Promise<Obtained> {
    const shared = await this.shared?.find(id, options.confirm);
    if (shared !== undefined) return { entry: shared, created: false };
    const found = await this.using(() => this.findOrLock(id, options));
    if (typeof found !== "function") return { entry: found, created: false };
    try {
      // Looks again under the lock: another process may have made the entry since.
      const entry = await this.using(() => this.look(id, options.confirm));
      return entry ? { entry, created: false } : { entry: await this.make(id, create), created: true };
    } finally {
      await this.using(async () => found());
    }
  }

  /** The entry, or the release of its lock when it must be made. */
  private async findOrLock(id: string, options: ObtainOptions): Promise<StoreEntry | (() => void)> {
    const file = this.layout.lock(id);
    const { signal, timeoutMs } = this.options;
    const turn = new LockWait(file, this.identity, { signal, timeoutMs, onWait: options.onWait });
    for (;;) {
      // Looks while waiting too: all who wait can continue as soon as the entry appears.
      const result = (await this.look(id, options.confirm)) ?? (await tryLock(file, this.identity));
      if (result) return result;
      await turn.next();
    }
  }

  private async make<Meta>(id: string, create: Create<Meta>): Promise<StoreEntry> {
    const folder = await this.using(() => this.temporary.make("entry"));
    try {
      const links = this.entries.links();
      const files = new NewEntry(folder, links);
      const meta = await explainingFull(this.place, () => files.create(create));
      return await this.using(async () => {
        const entry = await this.commit(id, await files.seal(id, meta));
        await links.recordSources();
        return entry;
      });
    } finally {
      await discard(folder);
    }
  }

  /** Renames a sealed folder into place. A valid entry that has appeared since wins. */
  private async commit(id: string, sealed: StoreEntry): Promise<StoreEntry> {
    const target = this.layout.entry(id);
    for (;;) {
      try {
        await creatingParent(target, () => fs.rename(sealed.folder, target));
        break;
      } catch (error) {
        if (!["ENOTEMPTY", "EEXIST", "ENOTDIR", "EPERM"].includes(codeOf(error) ?? "")) throw error;
        const there = await this.entries.inspect(id);
        if (there.state === "valid") return there.entry;
        if (there.state === "missing") throw error;
        await this.remove(id, there.reason);
      }
    }
    if (needsSync(Object.keys(sealed.files))) await sync(path.dirname(target));
    const entry = moved(sealed, target);
    await this.entries.made(id, entry, sealed);
    return entry;
  }

  private async look(id: string, confirm?: Confirm): Promise<StoreEntry | undefined> {
    const isFirstUse = await this.leases.use(id);
    await this.requireOwnKind(id);
    const found = await this.entries.inspect(id, confirm);
    if (found.state === "damaged") await this.removeDamaged(id, confirm);
    if (found.state !== "valid") return undefined;
    if (isFirstUse) this.recordUse(found.entry);
    return found.entry;
  }

  /** Every user who can write to the folder of a kind can put entries into it. */
  private requireOwnKind(id: string): Promise<void> {
    const folder = path.dirname(this.layout.entry(id));
    const check = this.checkedKinds.get(folder) ?? requireOwn({ ...this.place, folder });
    this.checkedKinds.set(folder, check);
    return check;
  }

  private recordUse(entry: StoreEntry): void {
    setDate(path.join(entry.folder, manifestName), this.now());
  }

  /** Under the lock and after a second look: another process may have made the entry again. */
  private async removeDamaged(id: string, confirm?: Confirm): Promise<void> {
    const release = await tryLock(this.layout.lock(id), this.identity);
    if (!release) return;
    try {
      const found = await this.entries.inspect(id, confirm);
      if (found.state === "damaged") await this.remove(id, found.reason);
    } finally {
      release();
    }
  }

  private async remove(id: string, reason: string): Promise<void> {
    await this.entries.forget(id);
    const removed = await this.temporary.takeOut(this.layout.entry(id));
    if (removed === undefined) return;
    const { reporter = silent } = this.options;
    reporter.warn(`${this.layout.entry(id)} is damaged: ${reason}. It is removed and built again.`);
    await discard(removed);
  }
}
