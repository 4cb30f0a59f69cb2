import type { Problem } from "../../lib/errors.js";
import { didYouMean } from "../../lib/messages/suggest.js";
import { normaliseName } from "../../project/pyproject.js";
import type { NameList, Selection } from "./uvCall.js";

/** Groups and extras of the inputs that the project does not have. uv names the first of them only. */
export function unknownNames({ naming, package: owner }: Selection): Problem[] {
  if (naming === undefined) return [];
  const { asked, groups, extras } = naming;
  const unknown = (list: NameList, known: readonly string[], say: (name: string) => string): Problem[] =>
    asked[list].flatMap((name, i) =>
      known.some((one) => normaliseName(one) === normaliseName(name))
        ? []
        : [{ property: `${list}[${i}]`, message: say(name) }],
    );
  return [
    ...unknown("groups", groups, (name) => noGroup(name, groups)),
    ...unknown("onlyGroups", groups, (name) => noGroup(name, groups)),
    ...(extras === undefined ? [] : unknown("extras", extras, (name) => noExtra(name, owner ?? "the project", extras))),
  ];
}

export function noGroup(name: string, known: readonly string[] | undefined): string {
  return `${JSON.stringify(name)} is not a dependency group of the project.${choice(name, "Groups", known)}`;
}

export function noExtra(name: string, owner: string, known: readonly string[] | undefined): string {
  return `${JSON.stringify(name)} is not an extra (project.optional-dependencies) of ${owner}.${choice(name, "Extras", known)}`;
}

function choice(name: string, what: string, known: readonly string[] | undefined): string {
  if (known === undefined) return "";
  return known.length === 0 ? " It has none." : `${didYouMean(name, known)} ${what}: ${known.join(", ")}.`;
}

/** The property path of a name in the inputs, such as `groups[1]`. */
export function propertyOf(name: string, selection: Selection | undefined, lists: readonly NameList[]): string {
  for (const list of lists) {
    const names = selection?.naming?.asked[list] ?? selection?.[list] ?? [];
    const index = names.findIndex((item) => normaliseName(item) === normaliseName(name));
    if (index >= 0) return `${list}[${index}]`;
  }
  return lists[0] ?? "project";
}
