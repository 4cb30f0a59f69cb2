import { readPacked } from "../../archive/packReader.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { keyText } from "../../project/lock/pylockKey.js";
import { applyingPackages } from "../../project/wheels/wheelChoice.js";
import { sortTree, type Conflict } from "../../tree/merge.js";
import type { BinaryProblem } from "../checks/binaries/binaryProblem.js";
import type { LeftOutImport } from "../checks/leftOutImports.js";
import { nativeRules } from "../checks/binaries/binaries.js";
import type { SecretFile } from "../checks/secrets.js";
import type { Distribution } from "../install/distributions.js";
import { fileFilter } from "../install/fileFilter.js";
import { refuseMachinePaths } from "../install/pathFiles.js";
import type { UsedPattern } from "../request.js";
import { keyOf } from "../../store/key.js";
import { storedDistributions, type DistributionPlan } from "./storedDistributions.js";
import { joinDistributions } from "./overlaps.js";
import type { PackWork } from "./packWork.js";
import { packPlace, storedPack, type StoredPack } from "./storedPack.js";

/** What is stored about installed or built packages. */
export interface InstallFacts {
  readonly distributions: readonly Distribution[];
  readonly conflicts: readonly Conflict[];
  /** Native files that do not fit the target. */
  readonly misfits: readonly BinaryProblem[];
  /** What patterns left out: from which packages, by which patterns. Absent: nothing. */
  readonly partial?: readonly string[];
  readonly usedPatterns?: readonly UsedPattern[];
  /** Of the project's own files and of local packages. Absent: none. */
  readonly secrets?: readonly SecretFile[];
  /** Of local packages whose files are copied, and of the project's own wheel. Absent: none. */
  readonly leftOutImports?: readonly LeftOutImport[];
}

export interface DependencyPlan {
  readonly key: string;
  /** By name. */
  readonly distributions: readonly DistributionPlan[];
}

/** The parts of a request that decide its third-party packages. Each package has its own key. */
export function planDependencies(work: PackWork): DependencyPlan {
  const { builder, request, closure, target } = work;
  const sourceBuilds = builder.sourceBuilds(closure.locked);
  const applying = applyingPackages(closure.locked, target).map(({ package: locked }) => locked.name);
  const names = [...new Set(applying)].sort(compareBytes);
  const distributions = names.map((name) => {
    const isBuilt = sourceBuilds.includes(name);
    return { name, isBuilt, key: distributionKey(work, name, isBuilt) };
  });
  const key = keyOf("dependencies", {
    distributions: distributions.map((one) => one.key),
    exclude: request.dependencyExclude ?? [],
  });
  return { key, distributions };
}

/**
 * What the files of one package depend on. The version of uv that installs a wheel is not part of it: what uv adds does
 * not ship.
 */
function distributionKey(work: PackWork, name: string, isBuilt: boolean): string {
  const { uv, builder, closure, target, format, compilers, settings } = work;
  const locked = closure.locked.filter((one) => one.name === name);
  // Where the project's settings pass over its wheels, the source archive is in no other part of the key.
  const refused = closure.wheelsRefused.includes(name) ? locked : [];
  const sources = refused.map(({ sdist }) => [sdist?.filename, sdist?.hash ?? sdist?.location]);
  return keyOf("distribution", {
    lock: keyText(locked, target),
    target: [target.platform, target.pythonVersion],
    builder: builder.identity,
    built: isBuilt ? [uv.version, settings, ...sources] : undefined,
    bytecode: compilers.dependencies?.identity,
    form: format.packForm,
    rules: nativeRules,
  });
}

/** Third-party packages, installed for the target and packed: those that are not in the store by one call of uv. */
export async function dependencyPack(work: PackWork, plan: DependencyPlan): Promise<StoredPack<InstallFacts>> {
  const stored = await storedDistributions(work, plan.distributions);
  const filter = fileFilter("dependencyExclude", work.request.dependencyExclude);
  const joined = await joinDistributions(
    stored.map(({ pack }) => pack.tree),
    filter.drop,
  );
  const { conflicts, partial } = joined;
  await refuseMachinePaths(joined.rows, async (row) => (await readPacked(row)).toString("utf8"));
  const facts: InstallFacts = {
    distributions: stored.flatMap((one) => one.facts.distributions),
    conflicts,
    misfits: stored.flatMap((one) => one.facts.misfits).filter((misfit) => !filter.drop(misfit.path)),
    partial,
    usedPatterns: filter.used(),
  };
  if (joined.replaced.length === 0) return { pack: { tree: sortTree(joined.rows) }, facts };
  const compiler = work.compilers.dependencies;
  const { pack } = await storedPack(
    packPlace(work),
    "overlaps",
    keyOf("overlaps", { dependencies: plan.key }),
    async (scratch) => ({
      tree: compiler === undefined ? joined.replaced : await compiler.compile(joined.replaced, scratch),
      facts: null,
    }),
  );
  const tree = pack.tree.filter((row) => !filter.drop(row.path));
  return { pack: { tree: sortTree([...joined.rows, ...tree]) }, facts };
}
