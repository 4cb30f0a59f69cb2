import { coversTarget, lockedEnvironments } from "../../project/lock/environments.js";
import { lockRequiresPython } from "../../project/lock/lockfile.js";
import { parseVersion, satisfies } from "../../project/pep440.js";
import type { Project } from "../../project/workspace.js";
import { knownTargets, type Target } from "../../runtimes/index.js";

/**
 * The targets that an error may propose instead: those that all members of the workspace and the lock allow, oldest
 * first.
 */
export function allowedTargets({ members, pyproject, lockFile }: Project, lock: string): Target[] {
  const projects = [pyproject, ...members.map((member) => member.pyproject)];
  const ranges = [lockRequiresPython(lock), ...projects.map(({ project }) => project?.requiresPython)];
  const environments = lockedEnvironments(lock, lockFile);
  return knownTargets().filter(
    (target) => ranges.every((range) => allowsPython(range, target)) && coversTarget(environments, target),
  );
}

/** Whether some patch version of the target's Python is in the range. */
export function allowsPython(range: string | undefined, target: Target): boolean {
  if (range === undefined) return true;
  // Lambda follows the patch versions; a project may ask for one of them.
  return [0, 99].some((patch) => {
    const version = parseVersion(`${target.pythonVersion}.${patch}`);
    return version === undefined || satisfies(version, range) !== false;
  });
}
