import { InvalidInputError, UvLambdaError } from "../lib/errors.js";
import { didYouMean } from "../lib/messages/suggest.js";
import type { Pyproject } from "./pyproject.js";

// Errors that both this folder and uv can find. Each has its text here.

/** `package` names no member of the workspace. `members` is empty where they are not known. */
export function notAMember(name: string, members: readonly string[]): UvLambdaError {
  const list = members.length === 0 ? "" : ` Members: ${members.join(", ")}.`;
  const message = `${JSON.stringify(name.slice(0, 80))} is not a member of the workspace.${didYouMean(name, members)}${list}`;
  return new InvalidInputError([{ property: "package", message }]);
}

export function noPyproject(folder: string, hint = "Point `project` at the folder of a uv project."): UvLambdaError {
  return new UvLambdaError("PROJECT_UNREADABLE", `${folder} has no pyproject.toml, nor does any folder above it.`, {
    hint,
  });
}

/** `property` names something that is not a folder; `problem` says what it is. */
export function notAFolder(property: string, folder: string, problem: string): UvLambdaError {
  return new InvalidInputError([{ property, message: `${folder} ${problem}.` }]);
}

export const isAFile = "is a file; name the folder that contains it";

/** A wheel that this machine built, and that the target cannot use. */
export function unsuitableWheel(message: string): UvLambdaError {
  const hint = 'To fix this, build it inside the Lambda build image: `bundling: { mode: "docker" }`.';
  return new UvLambdaError("UNSUITABLE_WHEEL", message, { hint });
}

/** uv neither locks nor exports such a project. */
export function unmanaged({ file, folder }: Pyproject): UvLambdaError {
  return new UvLambdaError(
    "PROJECT_UNREADABLE",
    `${file} has \`managed = false\` in [tool.uv], so uv does not lock it.`,
    {
      hint: `To fix this, remove that setting and run \`uv lock\` in ${folder}.`,
    },
  );
}
