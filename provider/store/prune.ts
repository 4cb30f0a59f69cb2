import * as fs from "node:fs/promises";
import * as path from "node:path";
import { manifestName } from "./entry.js";
import { folderSizes, namesIn, removeFolder, type FolderSizes } from "./files.js";
import type { Layout } from "./layout.js";
import type { Lease, Leases } from "./locks/leases.js";
import { removeDeadLocks } from "./locks/lock.js";
import type { ProcessIdentity } from "./locks/processIdentity.js";
import type { TemporaryFolders } from "./temporary.js";
import { Verifications } from "./verify/verifications.js";

export const pruneDefaults = { maxBytes: 5_000_000_000, maxAgeDays: 30 } as const;

export interface PruneOptions {
  /** Bytes that may stay. Default: `pruneDefaults`. */
  readonly maxBytes?: number;
  /** Days since the last use after which an entry is removed in any case. Default: `pruneDefaults`. */
  readonly maxAgeDays?: number;
  /** Milliseconds since 1970. Default: the store's clock. */
  readonly now?: number;
}

export interface PruneResult {
  /** Number of entries. */
  readonly removed: number;
  readonly bytesFreed: number;
}

export interface StoreParts {
  readonly layout: Layout;
  readonly identity: ProcessIdentity;
  readonly temporary: TemporaryFolders;
  readonly leases: Leases;
}

interface Candidate {
  readonly id: string;
  readonly sizes: FolderSizes;
  /** Milliseconds since 1970. */
  readonly lastUse: number;
}

/**
 * Removes what was not used for long, then the least recently used entries until the rest fits. Never removes what a
 * living process uses.
 */
export async function prune(parts: StoreParts, now: number, limits: PruneOptions): Promise<PruneResult> {
  const { layout, identity, temporary, leases } = parts;
  let bytesFreed = await temporary.sweep();
  await removeDeadLocks(layout.locks, identity, now);
  const candidates = await listEntries(layout);
  const taken: string[] = [];
  await leases.cleaning(now, async (all) => {
    const disk = new Disk(candidates);
    for (const { id, sizes } of chooseVictims(candidates, await inUse(all), now, limits)) {
      const folder = await temporary.takeOut(layout.entry(id));
      if (folder === undefined) continue;
      taken.push(folder);
      bytesFreed += disk.remove(sizes);
    }
  });
  for (const folder of taken) await removeFolder(folder);
  await new Verifications(layout.verifications, () => now).sweep((id) => isThere(layout.entry(id)));
  await fs.writeFile(layout.lastPrune, "");
  await fs.utimes(layout.lastPrune, now / 1000, now / 1000);
  return { removed: taken.length, bytesFreed };
}

/** Milliseconds since 1970, 0 for never. */
export async function lastPrune(layout: Layout): Promise<number> {
  return lastUse(layout.lastPrune);
}

function isThere(folder: string): Promise<boolean> {
  return fs.access(folder).then(
    () => true,
    () => false,
  );
}

async function inUse(leases: readonly Lease[]): Promise<Set<string>> {
  for (const { isOver, file } of leases) if (isOver) await fs.rm(file, { force: true });
  return new Set(leases.filter(({ isOver }) => !isOver).flatMap(({ ids }) => ids));
}

function chooseVictims(
  candidates: readonly Candidate[],
  used: ReadonlySet<string>,
  now: number,
  limits: PruneOptions,
): Candidate[] {
  const { maxBytes, maxAgeDays } = { ...pruneDefaults, ...limits };
  const disk = new Disk(candidates);
  return candidates
    .filter(({ id }) => !used.has(id))
    .sort((a, b) => a.lastUse - b.lastUse)
    .filter(({ sizes, lastUse }) => {
      const goes = disk.bytes > maxBytes || now - lastUse > maxAgeDays * 24 * 3600 * 1000;
      if (goes) disk.remove(sizes);
      return goes;
    });
}

/** What entries take together. A linked file takes its bytes once, until the last entry with it is gone. */
class Disk {
  bytes = 0;
  private readonly users = new Map<string, number>();

  constructor(entries: readonly Candidate[]) {
    for (const { sizes } of entries) {
      this.bytes += sizes.own;
      for (const [file, size] of sizes.shared) {
        const users = this.users.get(file) ?? 0;
        this.users.set(file, users + 1);
        if (users === 0) this.bytes += size;
      }
    }
  }

  /** Returns the bytes that this frees. */
  remove({ own, shared }: FolderSizes): number {
    let freed = own;
    for (const [file, size] of shared) {
      const left = (this.users.get(file) ?? 1) - 1;
      this.users.set(file, left);
      if (left === 0) freed += size;
    }
    this.bytes -= freed;
    return freed;
  }
}

async function listEntries(layout: Layout): Promise<Candidate[]> {
  const kinds = (await namesIn(layout.base)).filter((name) => !name.startsWith("."));
  const ids = await Promise.all(
    kinds.map(async (kind) => (await namesIn(layout.entry(kind))).map((key) => `${kind}/${key}`)),
  );
  const candidates: Candidate[] = [];
  for (const id of ids.flat()) {
    const folder = layout.entry(id);
    const manifest = path.join(folder, manifestName);
    candidates.push({ id, sizes: await folderSizes(folder), lastUse: await lastUse(manifest) });
  }
  for (const name of await namesIn(layout.entry(layout.cachesName))) {
    const id = layout.cacheId(name);
    const folder = layout.entry(id);
    candidates.push({ id, sizes: await folderSizes(folder), lastUse: await lastUse(folder) });
  }
  return candidates;
}

async function lastUse(file: string): Promise<number> {
  return fs.stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
