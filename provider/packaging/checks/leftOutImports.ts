import { existsSync } from "node:fs";
import { join } from "node:path";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { listBelow } from "../../lib/messages/lists.js";
import { readTextSync } from "../../lib/regularFile.js";
import { literalPattern, matchesWithParents } from "../../lib/patterns/glob.js";
import type { LeftOut, WhyLeftOut } from "../../project/sources/ownFileFilter.js";
import { compileGlobs } from "../../project/sources/ownFiles.js";
import { isStandardLibrary } from "../../runtimes/index.js";
import { contentOf } from "../../tree/recentContents.js";
import type { SourceTree, TreeEntry } from "../../tree/tree.js";
import type { Finding } from "./finding.js";
import { findModule, moduleOfFile } from "./handler/modules.js";
import { importedModule, importsOf } from "./handler/python/pythonImports.js";

/** An import of a module that the defaults for own files, or the user's lists, leave out. Plain JSON. */
export interface LeftOutImport {
  /** The module that imports, and what it imports, with dots. */
  readonly file: string;
  readonly module: string;
  /** The path that is left out: a module, or a folder. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Absent: `default`. */
  readonly why?: WhyLeftOut;
  /** The local package that this is about. Absent: the project. */
  readonly owner?: string;
}

/** Each of Lambda's runtimes contains the AWS SDK, so that a copy of it may be left out on purpose. */
const broughtByRuntime = new Set("boto3 botocore s3transfer jmespath dateutil urllib3 six".split(" "));

const PARALLEL_READS = 8;

interface Module {
  readonly path: string;
  readonly text: () => Promise<Buffer>;
}

/** Imports of left-out modules by modules that ship, and by left-out modules that those need. */
export async function findLeftOutImports(
  tree: SourceTree,
  leftOut: readonly LeftOut[],
  owner?: string,
): Promise<LeftOutImport[]> {
  const byModule = new Map(leftOut.map((one) => [moduleOfFile(one.path), one] as const));
  const names = anyNameOf([...byModule.keys()]);
  if (names === undefined) return [];
  const found = new Map<string, LeftOutImport>();
  const seen = new Set<string>();
  let waiting = tree.flatMap((entry): Module[] =>
    entry.path.endsWith(".py") ? [{ path: entry.path, text: () => contentOf(entry) }] : [],
  );
  while (waiting.length > 0) {
    const each = await mapParallel(waiting, PARALLEL_READS, async ({ path, text }) => {
      const code = (await text()).toString("utf8");
      return names.test(code) ? importedModules(path, code).map((module) => ({ file: path, module })) : [];
    });
    const next: Module[] = [];
    for (const { file, module } of each.flat()) {
      for (const one of leftOutFor(byModule, module)) {
        const { path, isFolder, why } = one;
        if (!found.has(path))
          found.set(path, { file, module, path, isFolder, why, ...(owner !== undefined && { owner }) });
        const needed = modulesIn(one, module).filter((inside) => !seen.has(inside.path));
        for (const inside of needed) seen.add(inside.path);
        next.push(...needed);
      }
    }
    waiting = next;
  }
  return [...found.values()];
}

const identifier = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;

/**
 * Finds the last name of one of the modules in a text. Most texts have none, and need not be parsed. Undefined when no
 * import can name any of the modules.
 */
function anyNameOf(modules: readonly string[]): RegExp | undefined {
  const names = modules.map((module) => module.slice(module.lastIndexOf(".") + 1));
  const usable = [...new Set(names)].filter((name) => identifier.test(name));
  if (usable.length === 0) return undefined;
  return new RegExp(`(?<!\\p{ID_Continue})(${usable.join("|")})(?!\\p{ID_Continue})`, "u");
}

/** What an import of the module loads: packages above it, too. */
function leftOutFor(byModule: ReadonlyMap<string, LeftOut>, module: string): LeftOut[] {
  const parts = module.split(".");
  const all = parts.flatMap((_, i) => byModule.get(parts.slice(0, i + 1).join(".")) ?? []);
  // For a folder without __init__.py, Python prefers its own module of that name.
  return all.filter(
    ({ path, file, isFolder }) => !(isFolder && isStandardLibrary(path) && !existsSync(join(file, "__init__.py"))),
  );
}

/** The left-out modules that an import of this one loads. */
function modulesIn({ path, file, bytes, isFolder }: LeftOut, module: string): Module[] {
  if (!isFolder) return [{ path, text: async () => (bytes === undefined ? leftOutText(file) : Buffer.from(bytes)) }];
  const inside = module.split(".").slice(path.split("/").length);
  const places = inside.flatMap((_, i) => {
    const stem = inside.slice(0, i + 1).join("/");
    return [`${stem}.py`, `${stem}/__init__.py`];
  });
  return ["__init__.py", ...places]
    .filter((place) => existsSync(join(file, place)))
    .map((place) => ({ path: `${path}/${place}`, text: () => leftOutText(join(file, place)) }));
}

/** A file that does not ship was not checked before: it may be a FIFO, or a link to nothing. */
async function leftOutText(file: string): Promise<Buffer> {
  return Buffer.from(readTextSync(file) ?? "");
}

interface ImportRequest {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly onlyInclude?: readonly string[];
  /** Whether layers that are not examined bring more modules. */
  readonly hasLayers: boolean;
}

/** A failure is never certain: the import may never run. */
export function checkLeftOutImports(
  imports: readonly LeftOutImport[],
  tree: readonly Pick<TreeEntry, "path">[],
  request: ImportRequest,
): Finding | undefined {
  const missed = missedImports(imports, new Set(tree.map(({ path }) => path)), request);
  if (missed.length === 0) return undefined;
  const { byDefault, unlisted, excluded } = byReason(missed, request);
  const why = [
    ...(missed.some(isByDefault) ? ["are left out by default"] : []),
    ...(unlisted.length > 0 ? ["`onlyInclude` does not name"] : []),
    ...(excluded.length > 0 ? ["`exclude` leaves out"] : []),
  ];
  const title = `Code that ships imports modules of the project that ${why.join(", or that ")}:`;
  const lines = missed.map(({ file, module, path, isFolder }) => {
    return `${file} imports ${module}: ${path}${isFolder ? "/" : ""}`;
  });
  return {
    code: "HANDLER_NOT_FOUND",
    certain: false,
    property: byDefault.length > 0 ? "include" : unlisted.length > 0 ? "onlyInclude" : "exclude",
    message: listBelow(title, lines),
    hint: `To fix this, ${waysToShip(missed, request).join(", and ")}.`,
  };
}

/** Those that nothing else brings. */
function missedImports(
  imports: readonly LeftOutImport[],
  paths: ReadonlySet<string>,
  request: ImportRequest,
): readonly LeftOutImport[] {
  const isExcluded = namedBy("exclude", request.exclude);
  return imports.filter((one) => {
    const { module, path, isFolder } = one;
    // A layer may bring what a list leaves out on purpose.
    const mayBeInLayer = request.hasLayers && (isExcluded(one) || one.why === "unlisted");
    const isBrought = isExcluded(one) && broughtByRuntime.has(module.split(".")[0] ?? "");
    return !mayBeInLayer && !isBrought && findModule(paths, isFolder ? module : moduleOfFile(path)) === undefined;
  });
}

/** Which list leaves them out. Several may. The first two are about the project's own files only. */
function byReason(missed: readonly LeftOutImport[], request: ImportRequest) {
  const isExcluded = namedBy("exclude", request.exclude);
  const isListed = namedBy("onlyInclude", request.onlyInclude ?? []);
  const isUnlisted = (one: LeftOutImport) =>
    isOffTheList(one) || (isExcluded(one) && !!request.onlyInclude?.length && !isListed(one));
  const own = missed.filter(({ owner }) => owner === undefined);
  return {
    byDefault: own.filter(isByDefault),
    unlisted: own.filter(isUnlisted),
    excluded: missed.filter(isExcluded),
  };
}

/** The lists as they must be for all of them to ship. */
function waysToShip(missed: readonly LeftOutImport[], request: ImportRequest): string[] {
  const { include, exclude, onlyInclude = [] } = request;
  const { byDefault, unlisted, excluded } = byReason(missed, request);
  // `include` is for the project's own files.
  const owners = [...new Set(missed.filter(isByDefault).flatMap(({ owner }) => owner ?? []))];
  const kept = exclude.filter((pattern) => !excluded.some(namedBy("exclude", [pattern])));
  return [
    ...(byDefault.length === 0 ? [] : [setting("include", [...include, ...patternsFor(byDefault)])]),
    ...(unlisted.length === 0 ? [] : [setting("onlyInclude", [...onlyInclude, ...patternsFor(unlisted)])]),
    ...(excluded.length === 0 ? [] : [kept.length > 0 ? setting("exclude", kept) : "remove `exclude`"]),
    ...(owners.length === 0 ? [] : [`rename them in ${owners.join(", ")}`]),
  ];
}

function isByDefault({ why = "default" }: LeftOutImport): boolean {
  return why === "default" || why === "both";
}

function isOffTheList({ why }: LeftOutImport): boolean {
  return why === "unlisted" || why === "both";
}

/** Whether one of the patterns names it, or a folder above it. */
function namedBy(input: string, patterns: readonly string[]): (one: LeftOutImport) => boolean {
  const globs = compileGlobs(input, patterns);
  return ({ path, isFolder }) => matchesWithParents(globs, path, isFolder);
}

function patternsFor(missed: readonly LeftOutImport[]): string[] {
  return missed.map(({ path, isFolder }) => `${literalPattern(path)}${isFolder ? "/**" : ""}`);
}

/** The whole list. */
function setting(input: string, patterns: readonly string[]): string {
  const list = [...new Set(patterns)].map((pattern) => JSON.stringify(pattern));
  return `set \`${input}: [${list.join(", ")}]\``;
}

/** With dots, from the root of the archive. `from a import b` may mean the module `a.b`. */
function importedModules(path: string, code: string): string[] {
  return importsOf(code)
    .filter(({ isOptional }) => !isOptional)
    .flatMap((from) => {
      const module = importedModule(path, from);
      if (module === undefined) return [];
      return [module, ...from.names.map((name) => (module === "" ? name : `${module}.${name}`))].filter(Boolean);
    });
}
