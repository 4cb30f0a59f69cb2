import { compareBytes } from "../../../lib/byteOrder.js";

export interface FoundModule {
  /** source: Python text at `path` · opaque: compiled, not examined · namespace: a folder without __init__.py. */
  readonly kind: "source" | "opaque" | "namespace";
  readonly path: string;
}

/** What `import module` finds among these files, in Python's order. Undefined when there is nothing. */
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

/** All modules among these files, the topmost first: the user's own are there. */
export function modulesOf(paths: ReadonlySet<string>): string[] {
  return [...new Set([...paths].flatMap(moduleOf))].sort(byDepth);
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

function byDepth(a: string, b: string): number {
  return a.split(".").length - b.split(".").length || compareBytes(a, b);
}
