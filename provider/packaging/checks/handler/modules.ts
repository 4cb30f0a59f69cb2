import { compareBytes } from "../../../lib/byteOrder.js";

/** Modules of one project that a check reads at most. */
export const MAX_MODULES = 500;

export interface FoundModule {
  /** source: Python text at `path` · opaque: compiled, not examined · namespace: a folder without __init__.py. */
  readonly kind: "source" | "opaque" | "namespace";
  readonly path: string;
}

/** What `import module` finds among these files, in Python's order. Undefined when there is nothing. */
export function findModule(paths: ReadonlySet<string>, module: string): FoundModule | undefined {
  const base = module.replaceAll(".", "/");
  const { compiled, folders } = indexOf(paths);
  const opaque = (path: string | undefined) => path && ({ kind: "opaque", path } as const);
  const source = (path: string) => (paths.has(path) ? ({ kind: "source", path } as const) : undefined);
  const bytecode = (path: string) => opaque(paths.has(path) ? path : undefined);
  return (
    opaque(compiled.get(`${base}/__init__`)) ||
    source(`${base}/__init__.py`) ||
    bytecode(`${base}/__init__.pyc`) ||
    opaque(compiled.get(base)) ||
    source(`${base}.py`) ||
    bytecode(`${base}.pyc`) ||
    (folders.has(base) ? { kind: "namespace", path: base } : undefined)
  );
}

/** The module of a handler: `a.b` of `a/b.run`. Empty when there is no dot. */
export function handlerModule(handler: string): string {
  return handler.slice(0, Math.max(handler.lastIndexOf("."), 0)).replaceAll("/", ".");
}

/** Name of the module that a Python file is: `a.b` of `a/b.py` and of `a/b/__init__.py`. */
export function moduleOfFile(path: string): string {
  return path.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
}

/** `a.b.c` loads `a` and `a.b` before it. */
export function withParents(module: string): string[] {
  const parts = module.split(".").filter((part) => part !== "");
  return parts.map((_, i) => parts.slice(0, i + 1).join("."));
}

interface OwnPaths {
  readonly paths: ReadonlySet<string>;
  /** Whether a file is the project's own or a local package's. */
  readonly isOwn: (path: string) => boolean;
}

/**
 * The modules of `waiting` that are source files of the project, each once, with its path in the archive. The caller
 * adds to `waiting` what a module imports before it asks for the next one.
 */
export function* walkOwnModules(
  { paths, isOwn }: OwnPaths,
  waiting: string[],
  limit = MAX_MODULES,
): Generator<{ readonly module: string; readonly path: string }> {
  const seen = new Set<string>();
  for (let module = waiting.shift(); module !== undefined && seen.size < limit; module = waiting.shift()) {
    const found = findModule(paths, module);
    if (found?.kind !== "source" || seen.has(found.path) || !isOwn(found.path)) continue;
    seen.add(found.path);
    yield { module, path: found.path };
  }
}

/** All modules among these files, the topmost first: the user's own are there. */
export function modulesOf(paths: ReadonlySet<string>): string[] {
  return [...new Set([...paths].flatMap(importableName))].sort(byDepth);
}

interface PathIndex {
  /** The first compiled module by its path without `.so` and without the tag of interpreter and platform before it. */
  readonly compiled: ReadonlyMap<string, string>;
  readonly folders: ReadonlySet<string>;
}

/** The checks look for the same modules again and again, among thousands of files. */
const indexes = new WeakMap<ReadonlySet<string>, PathIndex>();

function indexOf(paths: ReadonlySet<string>): PathIndex {
  const known = indexes.get(paths);
  if (known !== undefined) return known;
  const compiled = new Map<string, string>();
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
    if (!path.endsWith(".so")) continue;
    const stem = path.slice(0, -3);
    const untagged = stem.replace(/\.[\w-]+$/, "");
    for (const name of [stem, untagged]) if (!compiled.has(name)) compiled.set(name, path);
  }
  const index = { compiled, folders };
  indexes.set(paths, index);
  return index;
}

/** None for a file that no import statement can name. */
function importableName(path: string): string[] {
  const stem = /^(.*?)(?:\/__init__)?(?:\.py|(?:\.[\w-]+)?\.so)$/.exec(path)?.[1];
  return stem === undefined || stem.includes(".") ? [] : [stem.replaceAll("/", ".")];
}

function byDepth(a: string, b: string): number {
  return a.split(".").length - b.split(".").length || compareBytes(a, b);
}
