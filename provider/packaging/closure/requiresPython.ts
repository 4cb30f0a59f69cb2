import * as fs from "node:fs/promises";
import { InvalidInputError } from "../../lib/errors.js";
import { lockRequiresPython } from "../../project/lock/lockfile.js";
import { parseVersion, satisfies } from "../../project/pep440.js";
import { knownTargets, type Target } from "../../runtimes/index.js";
import type { Work } from "../work.js";

/**
 * Throws INVALID_INPUT when no patch version of the runtime's Python satisfies `requires-python`, of the project or of the
 * lock: uv locks a workspace for the versions that all of its members allow, and leaves out what only others need.
 */
export async function refuseUnsupportedPython({ project, target }: Pick<Work, "project" | "target">): Promise<void> {
  const own = project.pyproject.project?.requiresPython;
  if (!allowsPython(own, target)) {
    throw refused(
      `${target.runtime} does not satisfy requires-python \`${own}\` in ${project.pyproject.file}.${fitting(own)}`,
    );
  }
  const locked = lockRequiresPython(await fs.readFile(project.lockFile, "utf8"));
  if (allowsPython(locked, target)) return;
  const narrower = project.members.filter(({ pyproject }) => !allowsPython(pyproject.project?.requiresPython, target));
  const names = narrower.map(({ name, pyproject }) => `${name} (${pyproject.project?.requiresPython})`).join(", ");
  throw refused(
    `${project.lockFile} is locked for Python ${locked}, so it does not say what ${target.runtime} needs.` +
      (names === ""
        ? ""
        : ` The range comes from ${names}: choose a runtime in it, or widen it there and run \`uv lock\`.`),
  );
}

/** The runtimes that do satisfy it. */
function fitting(range: string | undefined): string {
  const runtimes = new Set(
    knownTargets()
      .filter((other) => allowsPython(range, other))
      .map(({ runtime }) => runtime),
  );
  return runtimes.size === 0
    ? " No runtime of Lambda does: widen it, and run `uv lock`."
    : ` Set \`runtime\` to ${[...runtimes].join(" or ")}, or widen it and run \`uv lock\`.`;
}

function refused(message: string): InvalidInputError {
  return new InvalidInputError([{ property: "runtime", message }]);
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
