import * as fs from "node:fs/promises";
import { UvLambdaError } from "../../lib/errors.js";
import { compareLock, lockRequiresPython } from "../../project/lock/lockfile.js";
import type { Project } from "../../project/workspace.js";
import type { UvContext } from "../../uv/context.js";
import { checkLock } from "../../uv/lockFreshness.js";
import { keyOf } from "../../store/key.js";
import { computedPackages, projectFilesHash } from "./projectFiles.js";
import type { Work } from "../work.js";

/**
 * Throws LOCK_STALE when the lock does not say what the project asks for. uv decides; where it cannot (no interpreter in
 * range, no network) our own comparison does, and where that cannot either the user is told once.
 * A fresh lock is remembered: asking again starts no process as long as `filesHash` stays.
 */
export async function requireFreshLock({ session, uv, project, filesHash }: Work): Promise<void> {
  await session.once(`lock ${project.root}`, async () => {
    const key = keyOf("lockcheck", { files: filesHash, uv: uv.version });
    if ((await session.store.find("lockcheck", key)) !== undefined) return;
    const isFresh = await decideFresh(uv, project);
    // What was true of other files must not be remembered of these.
    if (isFresh && (await projectFilesHash(project)) === filesHash)
      await session.store.getOrCreate("lockcheck", key, () => Promise.resolve(null));
  });
}

/** False when nobody could say. */
async function decideFresh(uv: UvContext, project: Project): Promise<boolean> {
  const lock = await fs.readFile(project.lockFile, "utf8");
  const refresh = await computedPackages(project);
  const answer = await checkLock(uv, project.root, lockRequiresPython(lock), refresh);
  if (answer.status === "fresh") return true;
  if (answer.status === "stale") throw stale(project, answer.reason);
  const own = compareLock(lock, project);
  if (own.status === "stale") throw stale(project, own.reason);
  if (own.status === "undecided")
    uv.reporter.warn(`Whether ${project.lockFile} is up to date could not be decided: ${firstLine(answer.reason)}`);
  // Our comparison sees less than uv's, so its "fresh" is believed for this run and not remembered.
  return false;
}

function stale(project: Project, reason: string): UvLambdaError {
  return new UvLambdaError("LOCK_STALE", `${project.lockFile} is out of date. ${reason}`, {
    hint: `Run \`uv lock\` in ${project.root} and commit the file.`,
  });
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
