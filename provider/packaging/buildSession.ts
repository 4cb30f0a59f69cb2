import type { Packer } from "../archive/packing/packer.js";
import { PackHere } from "../archive/packing/packHere.js";
import { PackThreads } from "../archive/packing/packThreads.js";
import { officialDeflate } from "../archive/officialDeflate.js";
import { createLimit, type Limit } from "../lib/concurrency/limit.js";
import type { Reporter } from "../lib/log.js";
import { createOnce, type Once } from "../lib/concurrency/once.js";
import type { ParsedPylock } from "../project/lock/pylock.js";
import { refuseSpecial } from "../lib/regularFile.js";
import { ProcessRunner } from "../lib/processes/process.js";
import type { MachineSettings } from "../lib/machine.js";
import { Store, type Scratch } from "../store/store.js";
import { systemTemporaryFolder } from "../store/systemTemporary.js";
import type { UvContext } from "../uv/context.js";
import { userFiles } from "../uv/settings/credentialFiles.js";
import { uvEnvironment } from "../uv/settings/environment.js";
import { findUv } from "../uv/programs/find.js";
import { withInstalledPythons } from "../uv/programs/versionManagers.js";
import { keyOf } from "../store/key.js";
import { StoredLists } from "./storedLists.js";
import { storedShapes } from "./storedShapes.js";
import type { CallOptions } from "./redactedCall.js";

/** What the builds of one process share. */
export interface BuildSession {
  readonly machine: MachineSettings;
  readonly store: Store;
  readonly runner: ProcessRunner;
  readonly limit: Limit;
  /** For interpreters that compile, within `limit`: compressing keeps the other half of the processors busy. */
  readonly compileLimit: Limit;
  /** Separate threads, for work that compresses much. */
  readonly packThreads: PackThreads;
  /** Keys of the distributions that a call of uv is installing, and for whom. */
  readonly installing: Map<string, { readonly done: Promise<void>; readonly by: string | undefined }>;
  /** The texts are never on the disk, because they hold the credentials of direct URLs. */
  readonly exports: Map<string, { readonly text: string; readonly parsed: ParsedPylock }>;
  readonly lists: StoredLists;
  /** Remembers what does not change while the process lives, because every function on a workspace asks for it. */
  readonly once: Once;
  /** Warnings that are not about one function, and are said once. */
  readonly told: Set<string>;
  /** Removals that run in the background; calls end after them. */
  readonly removing: Set<Promise<void>>;
  /** Ends every wait when the user gives up. */
  readonly cancelled: AbortController;
}

/** `store`: one that several sessions share. Default: one of its own, whose waits end with the session. */
export function openSession(machine: MachineSettings, reporter: Reporter, store?: Store): BuildSession {
  const cancelled = new AbortController();
  return {
    machine,
    store: store ?? openStore(machine, reporter, cancelled.signal),
    runner: new ProcessRunner(),
    limit: createLimit(machine.concurrency),
    compileLimit: createLimit(Math.max(1, Math.floor(machine.concurrency / 2))),
    packThreads: new PackThreads(machine.concurrency),
    installing: new Map(),
    once: createOnce(),
    exports: new Map(),
    lists: new StoredLists(),
    told: new Set(),
    removing: new Set(),
    cancelled,
  };
}

/**
 * The store that `machine` names. With a cache that is only read, what is built goes to a folder that ends with this
 * process. `signal` ends every wait.
 */
export function openStore(
  { cacheDir, isCacheReadOnly, timeoutMs }: MachineSettings,
  reporter: Reporter,
  signal: AbortSignal,
): Store {
  const options = { reporter, signal, timeoutMs, shapes: storedShapes };
  if (isCacheReadOnly !== true) return new Store(cacheDir, options);
  return new Store(systemTemporaryFolder("store"), { ...options, shared: cacheDir });
}

export function closeSession({ runner, cancelled, packThreads }: BuildSession): void {
  cancelled.abort();
  runner.killAll();
  packThreads.close();
}

/** Removes a folder of work while the call goes on. */
export function removeMeanwhile({ removing, packThreads }: BuildSession, scratch: Scratch): void {
  const removed = packThreads
    .remove(scratch.folder)
    // Whatever is left.
    .catch(() => undefined)
    .then(() => scratch.remove())
    .finally(() => removing.delete(removed));
  removing.add(removed);
}

/** Warns of what is the same for every function of the process, once. */
export function warnOnce({ told }: BuildSession, reporter: Reporter, message: string): void {
  if (told.has(message)) return;
  told.add(message);
  reporter.warn(message);
}

/** Compressing this many bytes takes as long as starting the threads. */
const worthThreads = 4 * 1024 * 1024;

/** Runs work that will pack the content of archives of `bytes`. Threads for it start while it runs. */
export function expectingToPack<T>(
  { machine, packThreads }: BuildSession,
  bytes: number,
  work: () => Promise<T>,
): Promise<T> {
  // Unpacked, it is at least twice as much.
  if (bytes * 2 < worthThreads || machine.concurrency === 1) return work();
  return packThreads.using(() => {
    packThreads.warmUp();
    return work();
  });
}

/** Gives `work` the packer that is fastest for `bytes`. All packers make the same packs. */
export function withPacker<T>(
  { machine, packThreads, once }: BuildSession,
  bytes: number,
  work: (packer: Packer) => Promise<T>,
): Promise<T> {
  if (bytes >= worthThreads && machine.concurrency > 1) return packThreads.using(() => work(packThreads));
  return once("packer", async () => new PackHere(await officialDeflate())).then(work);
}

/** Counted by the name of the binary, which may contain a version: `uv-0.13`. */
export function uvProcesses({ runner }: BuildSession): number {
  return [...runner.started].reduce((sum, [name, count]) => (name.startsWith("uv") ? sum + count : sum), 0);
}

/** uv, found and checked, with the environment and the secrets of one call. `features`: what its lock needs. */
export async function uvContext(
  session: BuildSession,
  options: CallOptions,
  features: Readonly<Record<string, string>> = {},
): Promise<UvContext> {
  const { machine, store, runner, limit, cancelled } = session;
  const buildEnvironment = options.buildEnvironment ?? {};
  userFiles({ ...machine.environment, ...buildEnvironment }).forEach(refuseSpecial);
  const found = await session.once("uv", () =>
    findUv({
      explicit: machine.uv,
      environment: machine.environment,
      runner,
      memo: async (identity, compute) => {
        const { entry } = await store.getOrCreate("uv", keyOf("uv", { identity }), compute);
        return entry.meta as string;
      },
    }),
  );
  const environment = await session.once("environment", () => withInstalledPythons(machine.environment));
  return {
    ...found,
    runner,
    limit,
    environment: { ...uvEnvironment(environment, buildEnvironment), ...features },
    get secrets() {
      return options.secrets();
    },
    timeoutMs: machine.timeoutMs,
    signal: cancelled.signal,
    reporter: options.reporter,
  };
}
