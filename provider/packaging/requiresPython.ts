import { InvalidInputError } from "../lib/errors.js";
import { parseVersion, satisfies } from "../project/pep440.js";
import type { Project } from "../project/workspace.js";
import type { Target } from "../runtimes/index.js";

/** Throws INVALID_INPUT when no patch version of the runtime's Python satisfies `requires-python`. */
export function refuseUnsupportedPython(project: Project, target: Target): void {
  const wanted = project.pyproject.project?.requiresPython;
  if (wanted === undefined) return;
  // Lambda follows the patch versions; a project may ask for one of them.
  const answers = [0, 99].map((patch) => {
    const version = parseVersion(`${target.pythonVersion}.${patch}`);
    return version === undefined ? undefined : satisfies(version, wanted);
  });
  if (answers.some((fits) => fits !== false)) return;
  throw new InvalidInputError([
    {
      property: "runtime",
      message: `${target.runtime} does not satisfy requires-python \`${wanted}\` in ${project.pyproject.file}.`,
    },
  ]);
}
