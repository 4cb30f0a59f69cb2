import { isStandardLibrary } from "../../../../runtimes/index.js";
import type { Finding } from "../../finding.js";
import { findModule, handlerModule, MAX_MODULES, withParents } from "../modules.js";
import type { AskedHandler } from "../syntaxErrors.js";
import { namesIn, syntaxIn, type Shipped } from "../shipped.js";
import { importedModule, type Import } from "../python/pythonImports.js";
import { lineOf } from "../python/pythonSyntax.js";

/** A name that one module takes from another while that is still being loaded, and has not bound it yet. */
interface CircularImport {
  readonly file: string;
  readonly line: number;
  /** Where the name comes from. */
  readonly from: string;
  readonly name: string;
  /** Files from `from` to `file`: each imports the next one. */
  readonly chain: readonly string[];
  /** The module that would be the name, if it were there: nothing but the package's own imports binds the name. */
  readonly missing?: string;
  /** Whether nothing else can have loaded one of the modules before. */
  readonly isCertain: boolean;
}

/**
 * The first import that fails because the modules of the project import each other. Python loads modules in the order
 * of the import statements, which is followed here.
 */
export async function circularFinding(
  shipped: Shipped,
  { handler, minor, hasLayers, isForeign }: AskedHandler,
  explain: (module: string) => Promise<string | undefined>,
): Promise<Finding | undefined> {
  const module = handlerModule(handler);
  const loader = new Loader(shipped, minor);
  const found = await loader.load(module).then(
    () => undefined,
    (stop: unknown) => {
      if (stop instanceof Stop) return stop.circular;
      throw stop;
    },
  );
  if (found === undefined) return undefined;
  const { file, line, from, name, missing, chain, isCertain } = found;
  const way = [...chain, from].join(" imports ");
  const known = {
    code: "HANDLER_UNUSABLE",
    certain: isCertain && !hasLayers && !isForeign,
    property: "handler",
  } as const;
  if (missing !== undefined)
    return {
      ...known,
      message: `${file}:${line} imports "${name}" from ${from}, which does not define it, and no module ${missing} ships.`,
      hint: (await explain(missing)) ?? "To fix this, correct the name, or add the module.",
    };
  return {
    ...known,
    message: `${file}:${line} takes "${name}" from ${from}, which has not defined it yet: ${way}.`,
    hint: `To fix this, import it inside of the function that needs it, or move "${name}" into a module that both can import.`,
  };
}

/** Ends the loading: with a failure, or because it cannot be followed any further. */
class Stop extends Error {
  constructor(readonly circular?: CircularImport) {
    super();
  }
}

/** Parts of Python with which a program imports modules by names in strings. */
const importers = new Set(["importlib", "pkgutil", "runpy"]);

class Loader {
  /** Names that the modules have bound so far, by their files. Undefined: names that only Python can tell. */
  private readonly names = new Map<string, Set<string> | undefined>();
  private readonly loading: string[] = [];
  /** Whether something else may have loaded one of the modules before. */
  private mayDiffer = false;

  constructor(
    private readonly shipped: Shipped,
    private readonly minor: number,
  ) {}

  async load(module: string): Promise<void> {
    for (const one of withParents(module)) {
      const file = this.fileOf(one);
      if (file !== undefined && !this.names.has(file)) await this.run(file);
    }
  }

  private async run(file: string): Promise<void> {
    const { steps, error, changesImports } = await syntaxIn(this.shipped, file, this.minor);
    const all = await namesIn(this.shipped, file);
    if (error !== undefined || all === undefined || changesImports || this.names.size >= MAX_MODULES) throw new Stop();
    const names = new Set<string>();
    this.names.set(file, all.open ? undefined : names);
    this.loading.push(file);
    for (const step of steps) {
      // The names that the first one binds are not known before the line ends.
      if (step.imports.filter(({ isTopLevel }) => isTopLevel).length > 1) throw new Stop();
      for (const one of step.imports) {
        if (one.isTopLevel) await this.import(file, one, step.at);
        else this.meetInner(file, one, step.isInFunction);
      }
      for (const name of step.names) names.add(name);
    }
    this.loading.pop();
  }

  private async import(file: string, one: Import, at: number): Promise<void> {
    const target = this.targetOf(file, one);
    if (target === undefined) {
      if (importers.has(one.module.split(".")[0] ?? "")) this.mayDiffer = true;
      return;
    }
    await this.load(target);
    const from = this.fileOf(target);
    // A framework may load modules of the project, in an order of its own.
    if (from === undefined && !this.isOwnFolder(target)) this.mayDiffer = true;
    for (const name of one.names) {
      const inner = `${target}.${name}`;
      // Python imports a submodule only where the package has no such name yet.
      if (from !== undefined && this.hasName(from, name)) continue;
      const chain = from === undefined ? [] : this.loading.slice(this.loading.indexOf(from));
      const names = from !== undefined && this.loading.includes(from) ? this.names.get(from) : undefined;
      if (findModule(this.shipped.paths, inner) !== undefined) await this.load(inner);
      else if (from !== undefined && names !== undefined && !names.has(name) && !/^(\*|__\w+__)$/.test(name)) {
        // A name that the module never binds comes from elsewhere, or is missing for another reason.
        if ((await namesIn(this.shipped, from))?.names.has(name) !== true) throw new Stop();
        const line = lineOf((await this.shipped.readModule(file)) ?? "", at);
        const missing = (await this.isOwnImport(from, target, name)) ? { missing: inner } : {};
        throw new Stop({ file, line, from, name, ...missing, chain, isCertain: !this.mayDiffer });
      }
    }
  }

  /** Whether the package binds the name only by importing it from itself: `from . import gen_pb2`. */
  private async isOwnImport(from: string, target: string, name: string): Promise<boolean> {
    const { steps } = await syntaxIn(this.shipped, from, this.minor);
    const isOwn = (one: Import) => one.names.includes(name) && this.targetOf(from, one) === target;
    return steps.every(({ names, imports }) => !names.includes(name) || imports.some(isOwn));
  }

  /** Whether a module has bound a name, as far as it is loaded. Stops where only Python can tell. */
  private hasName(file: string, name: string): boolean {
    if (!this.names.has(file)) return false;
    const names = this.names.get(file);
    if (names === undefined) throw new Stop();
    return names.has(name);
  }

  /** An import in a block or function may have loaded a module before, or may not. */
  private meetInner(file: string, one: Import, isInFunction: boolean): void {
    const target = this.targetOf(file, one);
    if (target === undefined || this.fileOf(target) === undefined) return;
    if (!isInFunction) throw new Stop();
    this.mayDiffer = true;
  }

  /** With dots, from the root of the archive. Undefined where Python may have its own module of that name already. */
  private targetOf(file: string, from: Import): string | undefined {
    if (from.level === 0 && isStandardLibrary(from.module.split(".")[0] ?? "")) return undefined;
    return importedModule(file, from);
  }

  private isOwnFolder(module: string): boolean {
    const folder = `${module.replaceAll(".", "/")}/`;
    return [...this.shipped.paths].some((file) => file.startsWith(folder) && this.shipped.isOwn(file));
  }

  private fileOf(module: string): string | undefined {
    const found = findModule(this.shipped.paths, module);
    return found?.kind === "source" && this.shipped.isOwn(found.path) ? found.path : undefined;
  }
}
