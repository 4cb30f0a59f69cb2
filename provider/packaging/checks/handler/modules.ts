import { compareBytes } from "../../../lib/byteOrder.js";
import { closest } from "../../../lib/suggest.js";

export interface FoundModule {
  /** source: Python text at `path` · opaque: compiled, not looked into · namespace: a folder without __init__.py. */
  readonly kind: "source" | "opaque" | "namespace";
  readonly path: string;
}

/** What `import module` finds among these files, in Python's order; undefined when there is nothing. */
export function findModule(paths: ReadonlySet<string>, module: string): FoundModule | undefined {
  const base = module.replaceAll(".", "/");
  const compiled = (prefix: string) => {
    for (const path of paths) if (path.startsWith(`${prefix}.`) && isExtension(path.slice(prefix.length))) return path;
    return undefined;
  };
  const opaque = (path: string | undefined) => path && ({ kind: "opaque", path } as const);
  const source = (path: string) => (paths.has(path) ? ({ kind: "source", path } as const) : undefined);
  const bytecode = (path: string) => opaque(paths.has(path) ? path : undefined);
  return (
    opaque(compiled(`${base}/__init__`)) ||
    source(`${base}/__init__.py`) ||
    bytecode(`${base}/__init__.pyc`) ||
    opaque(compiled(base)) ||
    source(`${base}.py`) ||
    bytecode(`${base}.pyc`) ||
    (holdsFolder(paths, base) ? { kind: "namespace", path: base } : undefined)
  );
}

/** The module that was probably meant: the same under another package, or one with a name like it. */
export function nearestModule(paths: ReadonlySet<string>, module: string): string | undefined {
  const modules = [...new Set([...paths].flatMap(moduleOf))].sort(byDepth);
  const within = (inner: string, outer: string) => outer.endsWith(`.${inner}`);
  const last = module.slice(module.lastIndexOf(".") + 1);
  return (
    modules.find((candidate) => within(module, candidate)) ?? // the package's name is missing
    modules.find((candidate) => within(candidate, module)) ?? // "src." or the project's folder is too much
    closest(module, modules) ??
    modules.find((candidate) => candidate === last || within(last, candidate))
  );
}

/** `.so`, with or without the tags of interpreter and platform in front. */
function isExtension(suffix: string): boolean {
  return /^(\.[\w-]+)?\.so$/.test(suffix);
}

function holdsFolder(paths: ReadonlySet<string>, folder: string): boolean {
  for (const path of paths) if (path.startsWith(`${folder}/`)) return true;
  return false;
}

function moduleOf(path: string): string[] {
  const stem = /^(.*?)(?:\/__init__)?(?:\.py|(?:\.[\w-]+)?\.so)$/.exec(path)?.[1];
  return stem === undefined || stem.includes(".") || stem.includes("-") ? [] : [stem.replaceAll("/", ".")];
}

/** The user's own modules lie high up; those of dependencies deep. */
function byDepth(a: string, b: string): number {
  return a.split(".").length - b.split(".").length || compareBytes(a, b);
}
