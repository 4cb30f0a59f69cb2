import { measuredImports } from "./importedModules.js";

const measured = new Map(
  Object.entries(measuredImports).map(([runtime, names]) => [runtime, new Set(names.split(" "))] as const),
);

/**
 * Top-level modules that the runtime imports before it looks for a handler: a handler in a module or package of such
 * a name is never found. For a runtime that could not be measured (3.8, 3.9, 3.14 and newer ones), the modules that
 * all measured runtimes have in common.
 */
export function importedBefore(runtime: string): ReadonlySet<string> {
  const modules = measured.get(runtime);
  if (modules !== undefined) return modules;
  const [first = new Set<string>(), ...rest] = measured.values();
  return new Set([...first].filter((name) => rest.every((names) => names.has(name))));
}

/** For a runtime that could not be measured: what else the nearest measured runtime imports. */
export function maybeImportedBefore(runtime: string): ReadonlySet<string> {
  if (measured.has(runtime)) return new Set();
  const distance = (other: string) => Math.abs(minorOf(other) - minorOf(runtime));
  const [nearest = ""] = [...measured.keys()].sort((a, b) => distance(a) - distance(b));
  const certain = importedBefore(runtime);
  return new Set([...(measured.get(nearest) ?? [])].filter((name) => !certain.has(name)));
}

function minorOf(runtime: string): number {
  return Number(runtime.replace("python3.", ""));
}
