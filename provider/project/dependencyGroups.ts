import { asString, asTable } from "../lib/toml.js";
import { normaliseName, type Pyproject } from "./pyproject.js";

/** A group's requirements, including those of the groups that it includes. */
export function groupRequirements(pyproject: Pyproject, name: string): string[] {
  return includedGroups(pyproject, name)
    .flatMap((group) => groupEntries(pyproject, group))
    .filter((entry) => typeof entry === "string");
}

/** Normalised names of the group and of all groups that it includes. */
export function includedGroups(pyproject: Pyproject, name: string): string[] {
  const found = new Set([normaliseName(name)]);
  for (const group of found)
    for (const entry of groupEntries(pyproject, group)) {
      const included = asString(asTable(entry)["include-group"]);
      if (included !== undefined) found.add(normaliseName(included));
    }
  return [...found];
}

function groupEntries({ dependencyGroups }: Pyproject, name: string): readonly unknown[] {
  const key = Object.keys(dependencyGroups).find((group) => normaliseName(group) === name);
  return key === undefined ? [] : dependencyGroups[key]!;
}
