import { measuredImports } from "./importedModules.js";

const measured = new Map(
  Object.entries(measuredImports).map(([runtime, names]) => [runtime, new Set(names.split(" "))] as const),
);

/**
 * Top-level modules that the runtime has imported before it looks for a handler: a handler in a module or package of such a name is
 * never found. For a runtime that could not be asked, those that all the others have in common.
 */
export function importedBefore(runtime: string): ReadonlySet<string> {
  const own = measured.get(runtime);
  if (own !== undefined) return own;
  const [first = new Set<string>(), ...rest] = measured.values();
  return new Set([...first].filter((name) => rest.every((names) => names.has(name))));
}
