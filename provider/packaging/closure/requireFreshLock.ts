import * as fs from "node:fs/promises";
import * as path from "node:path";
import { lockStale } from "../../project/lock/lockErrors.js";
import { compareLock } from "../../project/lock/lockComparison.js";
import { lockRequiresPython, parseLock } from "../../project/lock/lockfile.js";
import type { Project } from "../../project/workspace.js";
import { keyOf } from "../../store/key.js";
import type { UvContext } from "../../uv/context.js";
import { checkLock, type LockStatus } from "../../uv/lockFreshness.js";
import { dataHome } from "../../uv/settings/machineFiles.js";
import { lockCheckVariables } from "../../uv/settings/resolverSettings.js";
import { warnOnce, type BuildSession } from "../buildSession.js";
import type { Work } from "../work.js";
import { refuseComputedMetadata } from "./buildPolicy.js";
import { computedPackages, projectFilesHash } from "./projectFiles.js";

/** Checks the lock beside the build, which awaits `work.lock` where it needs the answer. */
export function startLockCheck(work: Work): void {
  work.lock.start(() => requireFreshLock(work));
}

/**
 * Throws LOCK_STALE when the lock does not match the project. uv decides. If it cannot (no interpreter in range, no
 * network), our own comparison does. If that cannot either, the user is told once. A fresh lock is remembered:
 * checking again starts no process while `filesHash` stays the same.
 */
async function requireFreshLock({ session, uv, project, filesHash }: Work): Promise<void> {
  await refuseComputedMetadata({ session, project });
  await session.once(`lock check ${project.root}`, async () => {
    const key = keyOf("lockcheck", { files: filesHash, uv: uv.version });
    if ((await session.store.find("lockcheck", key)) !== undefined) return;
    const withoutPython = keyOf("lockcheck", { files: filesHash, uv: uv.version, search: await pythonSearch(uv) });
    if ((await session.store.find("lockcheck", withoutPython)) !== undefined) return;
    const decision = await decideFresh(session, uv, project);
    // The answer for other files must not be remembered for these.
    if (decision === "undecided" || (await projectFilesHash(project)) !== filesHash) return;
    const known = decision === "fresh" ? key : withoutPython;
    await session.store.getOrCreate("lockcheck", known, () => Promise.resolve(null));
  });
}

/** The folders where uv looks for an interpreter, and when they changed: one may have been installed. */
async function pythonSearch({ environment }: UvContext): Promise<readonly unknown[]> {
  const { PATH = "", UV_PYTHON_INSTALL_DIR } = environment;
  const managed = UV_PYTHON_INSTALL_DIR || path.join(dataHome(environment) ?? "", "uv", "python");
  const folders = [...PATH.split(path.delimiter), managed];
  const changed = await Promise.all(
    folders.map((folder) =>
      fs.stat(folder).then(
        (stat) => stat.mtimeMs,
        () => null,
      ),
    ),
  );
  return folders.map((folder, i) => [folder, changed[i]]);
}

/** `asFarAsWeSee`: uv has no interpreter in the lock's range, and our own comparison found nothing. */
type Decision = "fresh" | "asFarAsWeSee" | "undecided";

async function decideFresh(session: BuildSession, uv: UvContext, project: Project): Promise<Decision> {
  const lock = project.lockText;
  const answer = await askUv(session, uv, project, lock);
  if (answer.status === "fresh") return "fresh";
  const comparison = compareLock(lock, project);
  if (answer.status === "stale")
    throw lockStale(project.root, comparison.status === "stale" ? comparison.reason : answer.reason);
  // uv reports what is wrong with the project. Our own comparison of the lock would be a guess.
  if (answer.error.code === "UV_FAILED" && comparison.status !== "fresh") throw answer.error;
  if (comparison.status === "stale") throw lockStale(project.root, comparison.reason);
  if (comparison.status === "undecided")
    warnOnce(
      session,
      uv.reporter,
      `It could not be decided whether ${project.lockFile} is up to date: ${firstLine(answer.reason)}`,
    );
  // The lock says what ships, and nothing in it is wrong; but no command of uv works in this project.
  if (comparison.status === "fresh" && answer.error.code === "UV_FAILED")
    warnOnce(
      session,
      uv.reporter,
      `uv could not compare ${project.lockFile} with the project, and nothing else differs: ${answer.reason}`,
    );
  // Our comparison sees less than uv's, so its "fresh" is not remembered if uv may know more the next time.
  return comparison.status === "fresh" && answer.lacks === "python" ? "asFarAsWeSee" : "undecided";
}

/** Asks uv with the settings that the lock was made with, whatever this machine adds. */
async function askUv(session: BuildSession, uv: UvContext, project: Project, lock: string): Promise<LockStatus> {
  const refresh = computedPackages(project);
  let scratch: Awaited<ReturnType<typeof session.store.scratch>> | undefined;
  const makeFolder = async () => (scratch = await session.store.scratch("lockcheck")).folder;
  const tables = parseLock(lock, project.lockFile);
  try {
    const variables = await lockCheckVariables(uv.environment, project.root, tables, makeFolder);
    const asking = {
      ...uv,
      secrets: uv.secrets,
      environment: { ...uv.environment, ...variables, ...(session.machine.noBuilds && { UV_NO_BUILD: "1" }) },
    };
    return await checkLock(asking, project.root, lockRequiresPython(lock), refresh);
  } finally {
    await scratch?.remove();
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
