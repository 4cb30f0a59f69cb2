import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { readRegularFile } from "../../lib/regularFile.js";
import type { LeftOut } from "../../project/sources/ownFileFilter.js";
import type { SourceTree, TreeEntry } from "../../tree/tree.js";
import type { Finding } from "./finding.js";
import { findModule } from "./handler/modules.js";
import { importsOf } from "./handler/pythonImports.js";

/** An import of a module that the defaults for own files leave out. Plain JSON. */
export interface LeftOutImport {
  /** The module that imports, and what it imports, with dots. */
  readonly file: string;
  readonly module: string;
  /** The path that is left out: a module, or a folder. */
  readonly path: string;
  readonly isFolder: boolean;
  /** The local package that this is about. Absent: the project. */
  readonly owner?: string;
}

const PARALLEL_READS = 8;
const SHOWN = 10;

/** Imports of left-out modules by modules that ship, and by left-out modules that those need. */
export async function findLeftOutImports(
  tree: SourceTree,
  leftOut: readonly LeftOut[],
  owner?: string,
): Promise<LeftOutImport[]> {
  if (leftOut.length === 0) return [];
  const byModule = new Map(leftOut.map((one) => [one.path.replace(/\.py$/, "").replaceAll("/", "."), one] as const));
  // Most modules name none of them, and need not be parsed.
  const words = [...byModule.keys()].map((module) => module.slice(module.lastIndexOf(".") + 1));
  const names = new RegExp(`\\b(${[...new Set(words)].join("|")})\\b`);
  const found = new Map<string, LeftOutImport>();
  let waiting = tree.flatMap(({ path, source }): { path: string; text: () => Promise<Buffer> }[] =>
    path.endsWith(".py")
      ? [{ path, text: async () => ("file" in source ? readRegularFile(source.file) : Buffer.from(source.bytes)) }]
      : [],
  );
  while (waiting.length > 0) {
    const each = await mapParallel(waiting, PARALLEL_READS, async ({ path, text }) => {
      const code = (await text()).toString("utf8");
      return names.test(code) ? importedModules(path, code).map((module) => ({ file: path, module })) : [];
    });
    const next: typeof waiting = [];
    for (const { file, module } of each.flat()) {
      const parts = module.split(".");
      const one = parts
        .map((_, i) => byModule.get(parts.slice(0, i + 1).join(".")))
        .find((known) => known !== undefined);
      if (one === undefined || found.has(one.path)) continue;
      const { path, isFolder } = one;
      found.set(path, { file, module, path, isFolder, ...(owner !== undefined && { owner }) });
      if (!one.isFolder) next.push({ path: one.path, text: () => leftOutText(one.file) });
    }
    waiting = next;
  }
  return [...found.values()];
}

/** Nothing has looked at a file that does not ship: it may be a FIFO, or a link to nothing. */
function leftOutText(file: string): Promise<Buffer> {
  return readRegularFile(file).catch(() => Buffer.alloc(0));
}

/** A failure is never certain: the import may never run, or its failure may be expected. */
export function checkLeftOutImports(
  imports: readonly LeftOutImport[],
  tree: readonly Pick<TreeEntry, "path">[],
): Finding | undefined {
  const paths = new Set(tree.map(({ path }) => path));
  const missed = imports.filter(
    ({ module, path, isFolder }) => findModule(paths, isFolder ? module : moduleOf(path)) === undefined,
  );
  if (missed.length === 0) return undefined;
  const lines = missed
    .slice(0, SHOWN)
    .map(({ file, module, path, isFolder }) => `  ${file} imports ${module}: ${path}${isFolder ? "/" : ""}`);
  if (missed.length > SHOWN) lines.push(`  and ${missed.length - SHOWN} more`);
  const projectFiles = missed.filter(({ owner }) => owner === undefined);
  const include = projectFiles
    .map(({ path, isFolder }) => JSON.stringify(isFolder ? `/${path}/**` : `/${path}`))
    .join(", ");
  // `include` is for the project's own files.
  const owners = [...new Set(missed.flatMap(({ owner }) => owner ?? []))];
  const ways = [
    ...(projectFiles.length === 0 ? [] : [`set \`include: [${include}]\``]),
    ...(owners.length === 0 ? [] : [`rename them in ${owners.join(", ")}`]),
  ];
  return {
    code: "HANDLER_NOT_FOUND",
    certain: false,
    property: "include",
    message: ["Code that ships imports modules of the project that are left out by default:", ...lines].join("\n"),
    hint: `To fix this, ${ways.join(", and ")}.`,
  };
}

function moduleOf(path: string): string {
  return path.replace(/\.py$/, "").replaceAll("/", ".");
}

/** With dots, from the root of the archive. `from a import b` may mean the module `a.b`. */
function importedModules(path: string, code: string): string[] {
  const folder = path.split("/").slice(0, -1);
  return importsOf(code).flatMap(({ level, module, names }) => {
    const base = level === 0 ? [] : folder.slice(0, folder.length - level + 1);
    const from = [...base, ...(module === "" ? [] : [module])];
    return [from, ...names.map((name) => [...from, name])]
      .filter((parts) => parts.length > 0)
      .map((parts) => parts.join("."));
  });
}
