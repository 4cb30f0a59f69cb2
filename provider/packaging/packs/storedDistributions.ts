import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Packer } from "../../archive/packing/packer.js";
import { UvLambdaError } from "../../lib/errors.js";
import { countBytes } from "../../lib/messages/amounts.js";
import { createOnce } from "../../lib/concurrency/once.js";
import { archiveSizes, type ArchiveSizes } from "../../project/wheels/archiveSizes.js";
import { keyOf } from "../../store/key.js";
import { installLocked } from "../../uv/install.js";
import { expectingToPack, removeMeanwhile, withPacker } from "../buildSession.js";
import { exportText } from "../closure/readClosure.js";
import { reportsWhileWaiting, waitingFor } from "../waiting.js";
import { splitInstalled, type DistributionFiles } from "./distributionFiles.js";
import { packDistribution, type DistributionFacts } from "./distributionPack.js";
import type { PackWork } from "./packWork.js";
import { refuseTooLarge } from "./refuseTooLarge.js";
import { readStored, writeStored, type StoredPack } from "./storedPack.js";

export interface DistributionPlan {
  /** Normalised. */
  readonly name: string;
  /** Of its pack. */
  readonly key: string;
  /** Whether it is built from source here. */
  readonly isBuilt: boolean;
}

interface PackingOptions {
  readonly packer: Packer;
  readonly onPacked: (bytes: number) => void;
  readonly scratch: string;
}

export type StoredDistribution = StoredPack<DistributionFacts>;

const kind = "distribution";
/** After this many failures of other calls, the last one is thrown here. */
const MAX_ATTEMPTS = 20;

/** The packs of distributions, in their order. One call of uv installs all that are missing. */
export async function storedDistributions(
  work: PackWork,
  plans: readonly DistributionPlan[],
  attempt = 1,
): Promise<readonly StoredDistribution[]> {
  const { session, options } = work;
  const { installing } = session;
  const found = await Promise.all(plans.map((plan) => findStored(work, plan)));
  // Nothing may wait between here and the claim, so that only one of two functions installs what both lack.
  const lacking = plans.filter((_, i) => found[i] === undefined);
  const mine = lacking.filter(({ key }) => !installing.has(key));
  const others = lacking.filter(({ key }) => installing.has(key)).map(({ key }) => installing.get(key)!);
  const reportWaiting = () => {
    const other = others.find((one) => !ended.has(one.done));
    if (other !== undefined) options.reporter.progress(waitingFor(other.by, "installation"));
  };
  const ended = new Set<Promise<void>>();
  const theirEnds = others.map(async ({ done }) => done.finally(() => ended.add(done)));
  const claimed = (mine.length === 0 ? Promise.resolve() : claim(work, mine)).finally(reportWaiting);
  const [claimedResult, ...otherResults] = await Promise.allSettled([claimed, ...theirEnds]);
  if (claimedResult.status === "rejected") throw claimedResult.reason;
  for (const result of otherResults)
    if (result.status === "rejected" && (isCancelled(result.reason) || attempt === MAX_ATTEMPTS)) throw result.reason;
  if (lacking.length === 0) return found.map((one) => one!);
  // Another function may have failed for its credentials or for another package, so its packages are tried again here.
  return storedDistributions(work, plans, attempt + 1);
}

function isCancelled(error: unknown): boolean {
  return error instanceof UvLambdaError && error.code === "CANCELLED";
}

async function findStored(work: PackWork, { key }: DistributionPlan): Promise<StoredDistribution | undefined> {
  const entry = await work.session.store.find(kind, key);
  return entry && readStored<DistributionFacts>(work.session, entry);
}

function claim(work: PackWork, plans: readonly DistributionPlan[]): Promise<void> {
  const { installing } = work.session;
  const done = installOnce(work, plans).finally(() => {
    for (const { key } of plans) installing.delete(key);
  });
  for (const { key } of plans) installing.set(key, { done, by: work.options.name });
  return done;
}

/** Waits for another process that installs the same packages. */
async function installOnce(work: PackWork, plans: readonly DistributionPlan[]): Promise<void> {
  const { session, options } = work;
  const key = keyOf("installation", { distributions: plans.map((plan) => plan.key) });
  const create = async () => {
    await install(work, plans);
    return null;
  };
  const { created } = await session.store.getOrCreate(
    "installation",
    key,
    create,
    reportsWhileWaiting(options, "installation"),
  );
  if (created) return;
  const found = await Promise.all(plans.map((plan) => session.store.find(kind, plan.key)));
  const gone = plans.filter((_, i) => found[i] === undefined);
  if (gone.length > 0) await install(work, gone);
}

async function install(work: PackWork, plans: readonly DistributionPlan[]): Promise<void> {
  const { bytes } = await sizesOf(
    work,
    plans.map(({ name }) => name),
  );
  await expectingToPack(work.session, bytes, () => installAndStore(work, plans));
}

async function installAndStore(work: PackWork, plans: readonly DistributionPlan[]): Promise<void> {
  const { session, uv } = work;
  const scratch = await session.store.scratch(kind);
  let split: ReadonlyMap<string, DistributionFiles>;
  try {
    split = await installTogether(work, plans, scratch.folder);
    await work.lock.passed();
    refuseTooLarge(
      work,
      [...split.values()].flatMap(({ files }) => files),
    );
  } catch (error) {
    removeMeanwhile(session, scratch);
    throw error;
  }
  const size = [...split.values()].reduce((sum, one) => sum + one.size, 0);
  const onPacked = countBytes(uv.reporter, "Compressing the packages", size, "compressed");
  await withPacker(session, size, (packer) =>
    storeAll(work, plans, split, { packer, onPacked, scratch: scratch.folder }).finally(() =>
      removeMeanwhile(session, scratch),
    ),
  );
}

async function storeAll(
  work: PackWork,
  plans: readonly DistributionPlan[],
  split: ReadonlyMap<string, DistributionFiles>,
  packing: PackingOptions,
): Promise<void> {
  const heaviestFirst = [...plans].sort((a, b) => split.get(b.name)!.size - split.get(a.name)!.size);
  const stored = await Promise.allSettled(
    heaviestFirst.map((plan) => store(work, plan, split.get(plan.name)!, packing)),
  );
  for (const plan of plans) {
    const result = stored[heaviestFirst.indexOf(plan)]!;
    if (result.status === "rejected") throw result.reason;
  }
}

async function installTogether(
  work: PackWork,
  plans: readonly DistributionPlan[],
  scratch: string,
): Promise<ReadonlyMap<string, DistributionFiles>> {
  const { session, uv, builder, project, target } = work;
  const names = plans.map(({ name }) => name);
  const folder = path.join(scratch, "site");
  await fs.mkdir(folder);
  const count = `${names.length} ${names.length === 1 ? "package" : "packages"}`;
  const phase = `Installing ${count} for ${target.runtime}, ${target.architecture}`;
  uv.reporter.progress(phase);
  const pylock = await exportText(work);
  const sourceBuilds = plans.filter(({ isBuilt }) => isBuilt).map(({ name }) => name);
  const python = sourceBuilds.length === 0 ? undefined : await builder.targetPython();
  const installer = await builder.uv(scratch);
  const install = { pylock, root: project.root, target, sourceBuilds, phase, ...(python && { python }) };
  await session.store.needing(
    () => installNeed(work, names),
    () => installLocked(installer, { ...install, folder, only: names }),
  );
  const once = createOnce();
  const installAlone = (name: string) =>
    once(name, async () => {
      const alone = await fs.mkdtemp(path.join(scratch, "alone-"));
      await installLocked(installer, { ...install, folder: alone, only: [name] });
      return alone;
    });
  return splitInstalled(folder, names, installAlone);
}

async function store(
  work: PackWork,
  { key, isBuilt }: DistributionPlan,
  files: DistributionFiles,
  { packer, onPacked, scratch }: PackingOptions,
): Promise<void> {
  const { session, format } = work;
  await session.store.getOrCreate(kind, key, async (folder, onHashed) => {
    let facts: DistributionFacts | undefined;
    await session.store.needing(
      () => `at most ${files.size} bytes, the packages compressed`,
      () =>
        writeStored(session, folder, { form: format.packForm, packer, onPacked, onHashed }, async (writer) => {
          const packed = await packDistribution(work, files, isBuilt, { writer, scratch });
          facts = packed.facts;
          return packed.rows;
        }),
    );
    return facts;
  });
}

/** Only the size of a wheel is known before its download, not what is in it. */
async function installNeed(work: PackWork, names: readonly string[]): Promise<string | undefined> {
  const { bytes, packages } = await sizesOf(work, names);
  if (packages === 0) return undefined;
  return `more than the ${bytes} bytes of the archives of ${packages} ${packages === 1 ? "package" : "packages"}`;
}

function sizesOf({ closure, project, target }: PackWork, names: readonly string[]): Promise<ArchiveSizes> {
  const locked = closure.locked.filter(({ name }) => names.includes(name));
  return archiveSizes(locked, project.root, target);
}
