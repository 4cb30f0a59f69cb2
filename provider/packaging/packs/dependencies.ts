import * as fs from "node:fs/promises";
import * as path from "node:path";
import { UvLambdaError, type ErrorCode } from "../../lib/errors.js";
import { createOnce } from "../../lib/once.js";
import { archiveSizes } from "../../project/wheels/archiveSizes.js";
import { applyingPackages } from "../../project/wheels/wheelChoice.js";
import type { Project } from "../../project/workspace.js";
import type { Target } from "../../runtimes/index.js";
import type { Conflict } from "../../tree/merge.js";
import { installLocked } from "../../uv/install.js";
import { auditBinaries, type BinaryProblem } from "../checks/binaries/binaries.js";
import type { SecretFile } from "../checks/secrets.js";
import { exportAgain, type Closure } from "../closure/readClosure.js";
import { normaliseInstalled, type Distribution } from "../install/distributions.js";
import { fileFilter } from "../install/fileFilter.js";
import type { UsedPattern } from "../request.js";
import { keyOf } from "../../store/key.js";
import type { PackWork } from "./packWork.js";
import { packPlace, storedPack, type Made, type StoredPack } from "./storedPack.js";

/** What is remembered about installed or built packages. */
export interface InstallFacts {
  readonly distributions: readonly Distribution[];
  readonly conflicts: readonly Conflict[];
  /** Native files that do not fit the target. */
  readonly misfits: readonly BinaryProblem[];
  /** What a list of patterns took out: from which packages, by which patterns. Absent: nothing. */
  readonly partial?: readonly string[];
  readonly usedPatterns?: readonly UsedPattern[];
  /** Of the project's own files and of local packages. Absent: none. */
  readonly secrets?: readonly SecretFile[];
}

export interface DependencyPlan {
  readonly key: string;
  readonly sourceBuilds: readonly string[];
}

/** What of a request decides about its third-party packages: equal orders are installed once. */
export function planDependencies(work: PackWork): DependencyPlan {
  const { uv, builder, request, closure, target, format, compilers, settings } = work;
  const sourceBuilds = builder.sourceBuilds(closure.locked);
  const key = keyOf("dependencypack", {
    form: format.packForm,
    lock: closure.keyText,
    target: [target.platform, target.pythonVersion],
    uv: uv.version,
    sourceBuilds,
    settings: sourceBuilds.length === 0 ? undefined : settings,
    builder: builder.identity,
    bytecode: compilers.dependencies?.identity,
    // Packs of an earlier version do not say which patterns named something, and call every conflict certain.
    exclude: ["named", request.dependencyExclude ?? []],
  });
  return { key, sourceBuilds };
}

/** Third-party packages, installed for the target and packed. */
export async function dependencyPack(work: PackWork, plan: DependencyPlan): Promise<StoredPack<InstallFacts>> {
  const attempt = { isMine: false };
  const pack = () =>
    storedPack(packPlace(work), "dependencypack", plan.key, (scratch) => {
      attempt.isMine = true;
      return install(work, plan, scratch);
    });
  try {
    return await pack();
  } catch (error) {
    // Another function of this program tried, with its credentials; this one may have better ones.
    if (!attempt.isMine && error instanceof UvLambdaError && credentialErrors.has(error.code)) return pack();
    throw error;
  }
}

const credentialErrors: ReadonlySet<ErrorCode> = new Set(["INDEX_AUTH", "NETWORK"]);

async function install(work: PackWork, plan: DependencyPlan, scratch: string): Promise<Made<InstallFacts>> {
  const { session, uv, builder, request, project, closure, target, compilers } = work;
  if (closure.keyText === "") return { tree: [], facts: { distributions: [], conflicts: [], misfits: [] } };
  const folder = path.join(scratch, "site");
  await fs.mkdir(folder);
  const { length: count } = applyingPackages(closure.locked, target);
  uv.reporter.progress(
    `Installing ${count} ${count === 1 ? "package" : "packages"} for ${target.runtime}, ${target.architecture}`,
  );
  const pylock = await exportAgain(work);
  const { sourceBuilds } = plan;
  const python = sourceBuilds.length === 0 ? undefined : await builder.targetPython();
  const installer = await builder.uv(scratch);
  const leftOut = closure.leftOut.map(({ name }) => name);
  const how = { pylock, leftOut, root: project.root, target, sourceBuilds, ...(python && { python }) };
  await session.store.needing(
    () => installNeed(closure, project, target),
    () => installLocked(installer, { ...how, folder }),
  );
  const once = createOnce();
  const installAlone = (only: string) =>
    once(only, async () => {
      const alone = await fs.mkdtemp(path.join(scratch, "alone-"));
      await installLocked(installer, { ...how, folder: alone, only });
      return alone;
    });
  const filter = fileFilter("dependencyExclude", request.dependencyExclude);
  const { tree, distributions, conflicts, partial } = await normaliseInstalled(folder, {
    installAlone,
    drop: filter.drop,
    isBuiltHere: (name) => sourceBuilds.includes(name),
  });
  const misfits = await auditBinaries(tree, target);
  uv.reporter.progress("Compressing the packages");
  const compiler = compilers.dependencies;
  const compiled = compiler === undefined ? tree : filter.without(await compiler.compile(tree, scratch));
  return { tree: compiled, facts: { distributions, conflicts, misfits, partial, usedPatterns: filter.used() } };
}

/** Nobody knows what is in a wheel before it is there, only how large it is. */
async function installNeed({ locked }: Closure, { root }: Project, target: Target): Promise<string | undefined> {
  const { bytes, packages } = await archiveSizes(locked, root, target);
  if (packages === 0) return undefined;
  return `more than the ${bytes} bytes of the archives of ${packages} ${packages === 1 ? "package" : "packages"}`;
}
