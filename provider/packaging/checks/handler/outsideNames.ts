import { setsAttribute } from "./python/dynamicNames.js";
import { TokenError } from "./python/pythonTokens.js";
import type { Shipped } from "./shipped.js";

/** Ways to reach a module without importing it by name. */
const reachesModules = /\bmodules\b|import_module|__import__|\bf_globals\b/;

/** Whether one of the project's own modules sets an attribute of this name of anything but `self`. */
export async function isSetAnywhere({ paths, isOwn, readModule }: Shipped, attribute: string): Promise<boolean> {
  for (const path of [...paths].filter((one) => one.endsWith(".py") && isOwn(one)))
    if (mayName(await readModule(path), attribute)) return true;
  return false;
}

function mayName(source: string | undefined, attribute: string): boolean {
  if (source === undefined) return false;
  try {
    return setsAttribute(source, attribute);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return false;
  }
}

/**
 * The project's own module that may give the module in this file the name: `import app; app.handler = run`. Only
 * Python can tell whether it does.
 */
export async function setFromOutside(
  { paths, isOwn, readModule }: Shipped,
  path: string,
  name: string,
): Promise<string | undefined> {
  const module = path.replace(/(\/__init__)?\.py$/, "");
  const last = module.slice(module.lastIndexOf("/") + 1);
  for (const other of [...paths].filter((one) => one !== path && one.endsWith(".py") && isOwn(one)).sort()) {
    const source = (await readModule(other)) ?? "";
    if (!source.includes(last) && !reachesModules.test(source)) continue;
    if (mayName(source, name)) return other;
  }
  return undefined;
}
