import { listBelow } from "../../lib/messages/lists.js";
import type { Conflict, ConflictKind } from "../../tree/merge.js";
import type { Finding } from "./finding.js";

/**
 * One finding for paths where a failure is certain, and one for paths that two third-party packages have. Which of
 * the two ships is always the same, and often both work with it.
 */
export function checkCollisions(conflicts: readonly Conflict[]): Finding[] {
  const of = (...kinds: ConflictKind[]) => conflicts.filter(({ kind }) => kinds.includes(kind));
  const groups: readonly (readonly [readonly Conflict[], (some: readonly Conflict[]) => Finding])[] = [
    [of("content", "case", "folder", "shadow", "module"), certainFinding],
    [of("third-party"), rivalry],
    [of("third-party-module"), moduleRivalry],
  ];
  return groups.flatMap(([some, finding]) => (some.length > 0 ? [finding(some)] : []));
}

function certainFinding(conflicts: readonly Conflict[]): Finding {
  const isHidden = conflicts.some(({ kind }) => kind === "shadow");
  const together = isHidden
    ? 'remove the `__init__.py`, keep both in one place (`packageFormat: "zip"`, nothing of them in `provided`), '
    : "";
  return {
    code: "FILE_CONFLICT",
    certain: true,
    message: listBelow("These files conflict, so they cannot all ship:", linesOf(conflicts)),
    hint: `To fix this, leave one of the packages out with \`prune\`, rename or \`exclude\` your own file, ${together}or set \`checks.collisions\` to "warn".`,
  };
}

function rivalry(conflicts: readonly Conflict[]): Finding {
  return {
    code: "FILE_CONFLICT",
    certain: false,
    message: listBelow(
      "Two packages own the same importable file. The file of the package whose name sorts first ships:",
      linesOf(conflicts),
    ),
    hint: 'If you need the other file, leave the first package out with `prune`. To accept this, set `checks.collisions: "off"`.',
  };
}

function moduleRivalry(conflicts: readonly Conflict[]): Finding {
  return {
    code: "FILE_CONFLICT",
    certain: false,
    message: listBelow(
      "Two packages have a module and a folder with the same name, and Python imports only one of them:",
      linesOf(conflicts),
    ),
    hint: 'To fix this, leave out the package that is not needed with `prune`. To accept this, set `checks.collisions: "off"`.',
  };
}

function linesOf(conflicts: readonly Conflict[]): string[] {
  return conflicts.map((conflict) => sentences[conflict.kind](conflict));
}

const sentences: Readonly<Record<ConflictKind, (conflict: Conflict) => string>> = {
  content: ({ path, owners }) => `${path}: different bytes in ${names(owners)}`,
  case: ({ path, other, owners }) => `${path} and ${other}: differ only in case, in ${names(owners)}`,
  shadow: ({ path, other, owners: [seen = null, ...hidden] }) =>
    `${path} of ${names([seen])}: hides ${other} of ${names(hidden.length === 0 ? [seen] : hidden)}, because code and layer are two folders`,
  folder: ({ path, owners }) => `${path}: a file and a folder, in ${names(owners)}`,
  module: oneName,
  "third-party-module": oneName,
  "third-party": ({ path, owners: [first = null, ...others] }) =>
    `${path}: that of ${names([first])} ships, that of ${names(others)} does not`,
};

function oneName({ path, other, owners: [module = null, ...others] }: Conflict): string {
  return `${path} of ${names([module])} and ${other} of ${names(others)}: one name for two modules`;
}

function names(owners: readonly (string | null)[]): string {
  return owners.map((owner) => owner ?? "the project's own files").join(" and ");
}
