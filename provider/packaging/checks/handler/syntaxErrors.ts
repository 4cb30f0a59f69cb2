import { listBelow } from "../../../lib/messages/lists.js";
import { isStandardLibrary } from "../../../runtimes/index.js";
import type { Finding } from "../finding.js";
import { findModule, handlerModule, MAX_MODULES, withParents } from "./modules.js";
import { namesIn, syntaxIn, type Shipped } from "./shipped.js";
import { importedModule, type Import } from "./python/pythonImports.js";

/** What the checks of the handler's modules need to know. */
export interface AskedHandler {
  readonly handler: string;
  /** Of the function's Python: 12 for 3.12. */
  readonly minor: number;
  /** Whether layers that are not examined may bring modules too. */
  readonly hasLayers: boolean;
  /** Whether it runs in an image of the user's. */
  readonly isForeign: boolean;
}

/** What loads a module: `isCertain` if that happens whenever the handler's module is loaded. */
interface Loaded {
  readonly module: string;
  readonly isCertain: boolean;
}

interface SyntaxErrorInFile extends Loaded {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/**
 * The modules of the project that Python cannot compile, among those that the handler's module imports. Third-party
 * packages are not looked at: files that were never meant to be imported are common there. An error where the
 * handler's module certainly loads one, and nothing else may be there in its place: `hasLayers`, `isForeign` for an
 * image of the user's.
 */
export async function syntaxFinding(
  shipped: Shipped,
  { handler, minor, hasLayers, isForeign }: AskedHandler,
): Promise<Finding | undefined> {
  const found = await findSyntaxErrors(shipped, handlerModule(handler), minor);
  const [first] = found;
  if (first === undefined) return undefined;
  const lines = found.map(({ path, line, message }) => `${path}:${line}: ${message}`);
  // A package with __init__.py in a layer comes before a folder without.
  const isHidden = ({ path }: SyntaxErrorInFile) => hasLayers && isInNamespace(shipped, path);
  const isCertain = !isForeign && found.some((one) => one.isCertain && !isHidden(one));
  const when = isCertain ? "so the handler's module cannot be loaded" : "which code of the handler may import";
  return {
    code: "HANDLER_UNUSABLE",
    certain: isCertain,
    property: "handler",
    message: listBelow(
      `Python 3.${minor} cannot read ${found.length > 1 ? "these modules" : "this module"}, ${when}:`,
      lines,
    ),
  };
}

function isInNamespace({ paths }: Shipped, path: string): boolean {
  const folders = path.split("/").slice(0, -1);
  return folders.some((_, i) => !paths.has(`${folders.slice(0, i + 1).join("/")}/__init__.py`));
}

async function findSyntaxErrors(shipped: Shipped, handlerModule: string, minor: number): Promise<SyntaxErrorInFile[]> {
  const errors: SyntaxErrorInFile[] = [];
  // What is certainly loaded comes first.
  const waiting = { certain: withParents(handlerModule), possible: [] as string[] };
  const seen = new Set<string>();
  let isPlain = true;
  for (;;) {
    const isCertain = waiting.certain.length > 0 && isPlain;
    const module = waiting.certain.shift() ?? waiting.possible.shift();
    if (module === undefined || seen.size >= MAX_MODULES) return errors;
    const found = findModule(shipped.paths, module);
    if (found?.kind !== "source" || seen.has(found.path) || !shipped.isOwn(found.path)) continue;
    seen.add(found.path);
    const { error, imports, changesImports } = await syntaxIn(shipped, found.path, minor);
    if (error !== undefined) {
      errors.push({ ...error, path: found.path, module, isCertain });
      continue;
    }
    if (changesImports) isPlain = false;
    for (const one of imports.filter(({ isDead }) => !isDead))
      for (const loaded of await loadedBy(shipped, found.path, one))
        waiting[loaded.isCertain && isCertain ? "certain" : "possible"].push(loaded.module);
  }
}

async function loadedBy(shipped: Shipped, file: string, from: Import): Promise<Loaded[]> {
  const { level, names, isTopLevel } = from;
  const target = importedModule(file, from);
  if (target === undefined) return [];
  // Python may have its own module of that name already.
  const isCertain = isTopLevel && !(level === 0 && isStandardLibrary(target.split(".")[0] ?? ""));
  const loaded = withParents(target).map((one) => ({ module: one, isCertain }));
  for (const name of names) {
    const inner = `${target}.${name}`;
    if (findModule(shipped.paths, inner) === undefined) continue;
    loaded.push({ module: inner, isCertain: isCertain && !(await mayDefine(shipped, target, name)) });
  }
  return loaded;
}

/** Whether the package may have something else under the name of its module. */
async function mayDefine(shipped: Shipped, target: string, name: string): Promise<boolean> {
  const found = findModule(shipped.paths, target);
  if (found?.kind !== "source") return found !== undefined && found.kind !== "namespace";
  const names = await namesIn(shipped, found.path);
  return names === undefined || names.open || names.names.has(name);
}
