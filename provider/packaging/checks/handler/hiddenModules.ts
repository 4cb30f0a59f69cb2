import type { Finding } from "../finding.js";
import { findModule } from "./modules.js";
import { namesIn, type Shipped } from "./shipped.js";

/**
 * Modules of Python that the runtime's client imports when the function's folder is already on the path, with the
 * names it needs: python3.12 and newer wait for events in a thread (awslambdaric 4.2.2, lambda_runtime_client.py).
 */
const importedLater: readonly (readonly [module: string, needed: readonly string[]])[] = [
  ["queue", ["SimpleQueue"]],
  ["heapq", ["heappush", "heappop"]],
  ["concurrent", ["futures"]],
];
const FIRST_MINOR = 12;

/** A file with the name of such a module, with which no event is ever received. */
export async function hiddenModuleFinding(shipped: Shipped, minor: number): Promise<Finding | undefined> {
  if (minor < FIRST_MINOR) return undefined;
  for (const [module, needed] of importedLater) {
    const found = findModule(shipped.paths, module);
    if (found?.kind !== "source") continue;
    const names = await namesIn(shipped, found.path);
    const isThere = (name: string) => findModule(shipped.paths, `${module}.${name}`) !== undefined;
    if (names === undefined || names.open || needed.every((name) => names.names.has(name) || isThere(name))) continue;
    return {
      code: "HANDLER_UNUSABLE",
      certain: true,
      property: "project",
      message: `${found.path} hides Python's own module ${module}, which the Lambda runtime for Python 3.${minor} uses to receive events: every call would fail.`,
      hint: `To fix this, rename it, for example to \`my_${found.path}\`, and import it under that name.`,
    };
  }
  return undefined;
}
