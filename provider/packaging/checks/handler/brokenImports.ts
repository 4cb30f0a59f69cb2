import { isStandardElsewhere, isStandardLibrary, isStandardNameElsewhere } from "../../../runtimes/index.js";
import { siblingOf } from "./misplacedNames.js";
import { findModule, walkOwnModules, withParents } from "./modules.js";
import { namesIn, syntaxIn, type Shipped } from "./shipped.js";
import { importedModule, type Import, type ImportedFrom } from "./python/pythonImports.js";

/** An import that fails when the handler's module is loaded. */
export interface BrokenImport {
  /** The file that imports. */
  readonly file: string;
  /** What it imports, with dots. */
  readonly module: string;
  /**
   * missing: nothing that ships has the module.
   * own: the same, below a package of the project.
   * removed: only another version of Python has it, or has the name in it.
   * name: the module does not define the name.
   * relative: it goes above the root of the archive, where there is no package.
   */
  readonly kind: "missing" | "own" | "removed" | "name" | "relative";
  /** Whether it only fails when a function is called, or in a block. */
  readonly isLater?: boolean;
  /** The name that is not there. */
  readonly name?: string;
  /** Where a missing module is beside the file: `pkg.impl`. */
  readonly sibling?: string;
}

/** What every runtime has beside the standard library: the SDK, the runtime's own, and what its Python brings. */
const broughtByRuntime = new Set(
  (
    "boto3 botocore s3transfer jmespath dateutil urllib3 six awslambdaric runtime_client simplejson bootstrap " +
    "snapshot_restore_py lambda_runtime lambda_internal pip setuptools pkg_resources wheel"
  ).split(" "),
);

/** Of setuptools, and of namespace packages that it built long ago: neither makes a module appear. */
const plainPathFile = /^distutils-precedence\.pth$|-nspkg\.pth$/;

/** Whether Lambda reads this file at the start, and may find modules in more folders because of it. */
function mayAddFolders(path: string): boolean {
  return /^[^/]+\.pth$/.test(path) && !plainPathFile.test(path);
}

/**
 * Follows the imports that run when the handler's module is loaded, through the project's own modules. Of those in
 * functions and blocks, it only says which have more dots than there are folders. Nothing about what third parties
 * import.
 */
export async function findBrokenImports(
  shipped: Shipped,
  handlerModule: string,
  minor: number,
): Promise<BrokenImport[]> {
  if ([...shipped.paths].some(mayAddFolders)) return [];
  const broken: BrokenImport[] = [];
  const waiting = withParents(handlerModule);
  for (const { path } of walkOwnModules(shipped, waiting)) {
    const { imports, changesImports } = await syntaxIn(shipped, path, minor);
    if (changesImports) return [];
    for (const one of imports.filter(({ isTopLevel, isOptional }) => !isTopLevel && !isOptional))
      if (importedModule(path, one) === undefined) broken.push({ ...importAbove(path, one), isLater: true });
    for (const one of imports.filter(({ isTopLevel, isOptional }) => isTopLevel && !isOptional)) {
      const result = await judge(shipped, path, one, minor);
      broken.push(...result.broken);
      waiting.push(...result.loads.flatMap(withParents));
    }
  }
  return broken;
}

interface Judgement {
  readonly broken: BrokenImport[];
  /** Modules that are loaded, too. */
  readonly loads: readonly string[];
}

/** An import with more dots than there are folders around the file. */
function importAbove(file: string, { level, module }: ImportedFrom): BrokenImport {
  return { file, module: `${".".repeat(level)}${module}`, kind: "relative" };
}

async function judge(shipped: Shipped, file: string, from: Import, minor: number): Promise<Judgement> {
  const { level, names } = from;
  const target = importedModule(file, from);
  if (target === undefined) return { broken: [importAbove(file, from)], loads: [] };
  const missing = await missingPart(shipped, target, minor);
  if (missing !== undefined) {
    const sibling = missing.kind === "missing" ? siblingOf(shipped, file, target) : undefined;
    return { broken: [{ file, ...missing, ...(sibling !== undefined && { sibling }) }], loads: [] };
  }
  if (level === 0 && !isThere(shipped, target)) {
    const elsewhere = names.filter((name) => isStandardNameElsewhere(target, name, minor));
    return { broken: elsewhere.map((name) => ({ file, module: target, kind: "removed", name })), loads: [] };
  }
  const inner = names.filter((name) => name !== "*").map((name) => ({ name, path: `${target}.${name}` }));
  const loads = [target, ...inner.map(({ path }) => path)];
  const found = findModule(shipped.paths, target);
  if (found?.kind !== "source" || !shipped.isOwn(found.path)) return { broken: [], loads };
  const defined = await namesIn(shipped, found.path);
  if (defined === undefined || defined.open) return { broken: [], loads };
  // `from . import x` in the package itself binds the name, and does not define it.
  const { steps } = await syntaxIn(shipped, found.path, minor);
  const isOwnImport = (one: Import) => importedModule(file, one) === target;
  const others = steps.filter(({ imports }) => !imports.some(isOwnImport)).flatMap((step) => step.names);
  const isDefined = (name: string) => (found.path === file ? others.includes(name) : defined.names.has(name));
  const broken = inner
    .filter(({ name, path }) => !isDefined(name) && !/^__\w+__$/.test(name) && !isThere(shipped, path))
    .map(({ name }): BrokenImport => ({ file, module: target, kind: "name", name }));
  return { broken, loads };
}

/** The first part of the path that nothing brings. Undefined when all is there, or only a third party knows. */
async function missingPart(
  shipped: Shipped,
  target: string,
  minor: number,
): Promise<Pick<BrokenImport, "module" | "kind"> | undefined> {
  const parts = target.split(".");
  const [first = ""] = parts;
  if (!isThere(shipped, first)) {
    const isKnown = first.startsWith("_") || broughtByRuntime.has(first) || isStandardLibrary(first);
    if (!isKnown) return { module: target, kind: "missing" };
    const isRemoved = isStandardElsewhere(first, minor) && !(first === "distutils" && isThere(shipped, "setuptools"));
    return isRemoved ? { module: first, kind: "removed" } : undefined;
  }
  for (let length = 1; length < parts.length; length++) {
    const [outer, inner] = [parts.slice(0, length), parts.slice(0, length + 1)].map((some) => some.join("."));
    const found = findModule(shipped.paths, outer!);
    if (found === undefined || found.kind === "opaque") return undefined;
    const folder = found.path.replace(/(\/__init__)?\.py$/, "");
    // A namespace may have parts of others.
    if ([...shipped.paths].some((path) => path.startsWith(`${folder}/`) && !shipped.isOwn(path))) return undefined;
    if (found.kind === "source" && !shipped.isOwn(found.path)) return undefined;
    if (!isThere(shipped, inner!)) {
      const defined = found.kind === "source" ? await namesIn(shipped, found.path) : undefined;
      return found.kind === "source" && (defined === undefined || defined.isDynamic)
        ? undefined
        : { module: inner!, kind: "own" };
    }
  }
  return undefined;
}

function isThere({ paths }: Shipped, module: string): boolean {
  return findModule(paths, module) !== undefined;
}
