import * as fs from "node:fs/promises";
import * as path from "node:path";
import { createOnce } from "../lib/once.js";
import { neededSourceBuilds } from "../project/wheelChoice.js";
import type { Project } from "../project/workspace.js";
import type { Target } from "../runtimes/index.js";
import type { Conflict } from "../tree/merge.js";
import type { UvContext } from "../uv/context.js";
import { exportLock } from "../uv/export.js";
import { installLocked } from "../uv/install.js";
import type { Compiler } from "./bytecode.js";
import { auditBinaries, type BinaryProblem } from "./checks/binaries.js";
import type { Closure } from "./closure.js";
import { normaliseInstalled, type Distribution } from "./distributions.js";
import { targetPython } from "./interpreter.js";
import { keyOf } from "./key.js";
import type { PackageRequest } from "./request.js";
import type { Session } from "./session.js";
import { storedPack, type StoredPack } from "./storedPack.js";

/** What is remembered about installed or built packages. */
export interface InstallFacts {
  readonly distributions: readonly Distribution[];
  readonly conflicts: readonly Conflict[];
  /** Native files that do not fit the target. */
  readonly misfits: readonly BinaryProblem[];
}

export interface DependencyOrder {
  readonly key: string;
  readonly sourceBuilds: readonly string[];
}

/** What of a request decides about its third-party packages: equal orders are installed once. */
export function dependencyOrder(
  uv: UvContext,
  request: PackageRequest,
  closure: Closure,
  target: Target,
  compiler: Compiler | undefined,
): DependencyOrder {
  const sourceBuilds = neededSourceBuilds(closure.locked, target, request.sourceBuilds);
  const key = keyOf("dependencies", {
    lock: closure.keyText,
    target: [target.platform, target.pythonVersion],
    uv: uv.version,
    sourceBuilds,
    bytecode: compiler?.identity,
  });
  return { key, sourceBuilds };
}

/** Third-party packages, installed for the target and packed. */
export function dependencyPack(
  session: Session,
  uv: UvContext,
  order: DependencyOrder,
  {
    project,
    closure,
    target,
    compiler,
  }: { project: Project; closure: Closure; target: Target; compiler: Compiler | undefined },
): Promise<StoredPack<InstallFacts>> {
  return storedPack(session.store, "dependencies", order.key, async (scratch) => {
    if (closure.keyText === "") return { tree: [], facts: { distributions: [], conflicts: [], misfits: [] } };
    const folder = path.join(scratch, "site");
    await fs.mkdir(folder);
    uv.reporter.progress(`Installing ${closure.locked.length} packages for ${target.runtime}, ${target.architecture}`);
    const pylock = await exportLock(uv, project.root, closure.selection);
    const { sourceBuilds } = order;
    const python = sourceBuilds.length === 0 ? undefined : await targetPython(session, uv, target);
    const install = { pylock, root: project.root, target, sourceBuilds, ...(python && { python }) };
    await installLocked(uv, { ...install, folder });
    const once = createOnce();
    const installAlone = (only: string) =>
      once(only, async () => {
        const alone = await fs.mkdtemp(path.join(scratch, "alone-"));
        await installLocked(uv, { ...install, folder: alone, only });
        return alone;
      });
    const { tree, distributions, conflicts } = await normaliseInstalled(folder, {
      installAlone,
      isBuiltHere: (name) => sourceBuilds.includes(name),
    });
    const misfits = await auditBinaries(tree, target);
    uv.reporter.progress("Compressing the packages");
    const compiled = compiler === undefined ? tree : await compiler.compile(tree, scratch);
    return { tree: compiled, facts: { distributions, conflicts, misfits } };
  });
}
