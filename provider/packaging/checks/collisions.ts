import type { Conflict, ConflictKind } from "../../tree/merge.js";
import type { Finding } from "./finding.js";

const SHOWN = 10;

/** One finding for all paths that two owners want, or undefined when there are none. */
export function checkCollisions(conflicts: readonly Conflict[]): Finding | undefined {
  if (conflicts.length === 0) return undefined;
  const lines = conflicts.slice(0, SHOWN).map((conflict) => `  ${sentences[conflict.kind](conflict)}`);
  if (conflicts.length > SHOWN) lines.push(`  and ${conflicts.length - SHOWN} more`);
  const isHidden = conflicts.some(({ kind }) => kind === "shadow");
  const together = isHidden
    ? 'remove the `__init__.py`, keep both in one place (`packageFormat: "zip"`, nothing of them in `provided`), '
    : "";
  return {
    code: "FILE_CONFLICT",
    certain: true,
    message: ["Two owners want the same path, and only one of them can have it:", ...lines].join("\n"),
    hint: `Leave one of the packages out with \`prune\`, rename or \`exclude\` the own file, ${together}or set \`checks.collisions\` to "warn".`,
  };
}

const sentences: Readonly<Record<ConflictKind, (conflict: Conflict) => string>> = {
  content: ({ path, owners }) => `${path}: different bytes in ${names(owners)}`,
  case: ({ path, other, owners }) => `${path} and ${other}: equal but for case, in ${names(owners)}`,
  shadow: ({ path, other, owners: [seen = null, ...hidden] }) =>
    `${path} of ${names([seen])}: hides ${other} of ${names(hidden.length === 0 ? [seen] : hidden)}, because code and layer are two folders`,
  folder: ({ path, owners }) => `${path}: a file and a folder, in ${names(owners)}`,
};

function names(owners: readonly (string | null)[]): string {
  return owners.map((owner) => owner ?? "the project's own files").join(" and ");
}
