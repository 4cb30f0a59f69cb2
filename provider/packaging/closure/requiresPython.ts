import { InvalidInputError } from "../../lib/errors.js";
import { asString, asTable } from "../../lib/toml.js";
import { includedGroups } from "../../project/dependencyGroups.js";
import { lockRequiresPython } from "../../project/lock/lockfile.js";
import { normaliseName, type Pyproject } from "../../project/pyproject.js";
import type { Project } from "../../project/workspace.js";
import { knownTargets, type Target } from "../../runtimes/index.js";
import type { Work } from "../work.js";
import { allowedTargets, allowsPython } from "./allowedTargets.js";

/**
 * Throws INVALID_INPUT when no patch version of the runtime's Python satisfies the `requires-python` of the project,
 * of a group, or of the lock. uv locks a workspace for the versions that all its members allow, and leaves out what
 * only others need.
 */
export async function refuseUnsupportedPython({
  project,
  target,
  request,
}: Pick<Work, "project" | "target" | "request">): Promise<void> {
  const required = project.pyproject.project?.requiresPython;
  const lock = project.lockText;
  if (!allowsPython(required, target)) {
    throw refused(
      `${target.runtime} does not satisfy requires-python \`${required}\` in ${project.pyproject.file}.${fitting(project, lock)}`,
    );
  }
  refuseUnsupportedGroups(project.pyproject, [...request.groups, ...request.onlyGroups], target);
  const locked = lockRequiresPython(lock);
  if (allowsPython(locked, target)) return;
  const narrower = project.members.filter(({ pyproject }) => !allowsPython(pyproject.project?.requiresPython, target));
  const names = narrower.map(({ name, pyproject }) => `${name} (${pyproject.project?.requiresPython})`).join(", ");
  throw refused(
    `${project.lockFile} is locked for Python ${locked}, so it does not cover ${target.runtime}.` +
      (names === ""
        ? ""
        : ` The range comes from ${names}. To fix this, choose a runtime in that range, or widen the range there and run \`uv lock\`.`),
  );
}

/** The lock restricts what is only in such a group to its Python versions, so on others nothing of it would ship. */
function refuseUnsupportedGroups(pyproject: Pyproject, wanted: readonly string[], target: Target): void {
  const settings = Object.entries(asTable(asTable(pyproject.tool["uv"])["dependency-groups"]));
  for (const name of new Set(wanted.flatMap((group) => includedGroups(pyproject, group)))) {
    const setting = settings.find(([group]) => normaliseName(group) === name)?.[1];
    const range = asString(asTable(setting)["requires-python"]);
    if (allowsPython(range, target)) continue;
    const others = knownTargets().filter((other) => allowsPython(range, other));
    const runtimes = [...new Set(others.map(({ runtime }) => runtime))];
    const ways = [
      ...(runtimes.length === 0 ? [] : [`set \`runtime\` to ${runtimes.join(" or ")}`]),
      "leave the group out",
      "change that setting and run `uv lock`",
    ];
    throw refused(
      `${target.runtime} does not satisfy requires-python \`${range}\` of the group ${name} (tool.uv.dependency-groups in ${pyproject.file}). To fix this, ${ways.slice(0, -1).join(", ")}, or ${ways.at(-1)}.`,
    );
  }
}

/** The runtimes that satisfy it: if possible, those that the lock is made for too. */
function fitting(project: Project, lock: string): string {
  const range = project.pyproject.project?.requiresPython;
  const allowed = allowedTargets(project, lock);
  const others = allowed.length > 0 ? allowed : knownTargets().filter((other) => allowsPython(range, other));
  const runtimes = new Set(others.map(({ runtime }) => runtime));
  return runtimes.size === 0
    ? " No runtime of Lambda does. To fix this, widen requires-python and run `uv lock`."
    : ` To fix this, set \`runtime\` to ${[...runtimes].join(" or ")}, or widen requires-python and run \`uv lock\`.`;
}

function refused(message: string): InvalidInputError {
  return new InvalidInputError([{ property: "runtime", message }]);
}
