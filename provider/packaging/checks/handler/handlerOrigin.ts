import { isSetAnywhere } from "./outsideNames.js";
import { findModule } from "./modules.js";
import { isOwnModule } from "./proposals.js";
import { namesIn, type Shipped } from "./shipped.js";
import { webApplication } from "./unusable/webApplications.js";
import {
  unusableObject,
  type FindDefinition,
  type NameInModule,
  type UnusableObject,
} from "./unusable/unusableObjects.js";
import type { Unfit } from "./python/pythonFunctions.js";
import { importedModule, type ImportedFrom } from "./python/pythonImports.js";
import type { ModuleNames } from "./python/pythonNames.js";

/** Why what the handler's name stands for cannot be called. `at` is where that is seen. */
export interface Unusable {
  readonly at: NameInModule;
  readonly why:
    | { readonly kind: "unfit"; readonly unfit: Unfit }
    /** A class, an object, or what is made of them. */
    | ({ readonly kind: "object" } & UnusableObject)
    /** The value is no function: "a string". */
    | { readonly kind: "value"; readonly what: string }
    /** The value is this module, with dots. */
    | { readonly kind: "module"; readonly module: string }
    /** The module in this file is to have the name, and does not. */
    | { readonly kind: "absent"; readonly from: NameInModule }
    /** The name is in this module, but is none that `from module import *` takes. */
    | { readonly kind: "not exported"; readonly star: ImportedFrom; readonly from: NameInModule };
  /** Whether nothing can replace the value, or call it in another way. */
  readonly isCertain: boolean;
}

const MAX_MODULES = 20;

/**
 * Follows the handler's name through the project's own modules, to what it stands for. Undefined if that may be
 * called, or if only Python can tell: a third party's, a name that is bound twice, or one that code makes.
 */
export async function findUnusable(shipped: Shipped, start: NameInModule): Promise<Unusable | undefined> {
  const find: FindDefinition = (from, name) => definitionOf(shipped, { ...from, name });
  let isCertain = true;
  let at = start;
  for (let steps = 0; steps < MAX_MODULES; steps++) {
    const { names, name } = at;
    isCertain &&= names.names.has(name) ? !names.open : !names.isDynamic;
    const assigned = names.assigned.get(name);
    const unfit = names.unfit.get(name) ?? (assigned?.kind === "lambda" ? assigned.unfit : undefined);
    if (unfit !== undefined) return { at, why: { kind: "unfit", unfit }, isCertain };
    if (assigned?.kind === "literal") return { at, why: { kind: "value", what: assigned.what }, isCertain };
    const object = (await webApplication(shipped, at, find)) ?? (await unusableObject(at, find));
    if (object?.lacks !== undefined && (await isSetAnywhere(shipped, object.lacks))) return undefined;
    if (object !== undefined) return { at, why: { kind: "object", ...object }, isCertain };
    const next = await step(shipped, at);
    if (next === undefined) return undefined;
    if ("why" in next) return { at, why: next.why, isCertain };
    at = next;
  }
  return undefined;
}

/** Where the class or function of this name is, through the project's modules. */
async function definitionOf(shipped: Shipped, start: NameInModule): Promise<NameInModule | undefined> {
  let at = start;
  for (let steps = 0; steps < MAX_MODULES; steps++) {
    const { names, name } = at;
    if (names.open || names.rebound.has(name)) return undefined;
    if (names.classes.has(name) || names.silent.has(name) || names.makers.has(name)) return at;
    const next = await step(shipped, at);
    if (next === undefined || "why" in next) return undefined;
    at = next;
  }
  return undefined;
}

/** The next place of the name, or why there is none. */
async function step(shipped: Shipped, at: NameInModule): Promise<NameInModule | Pick<Unusable, "why"> | undefined> {
  const { path, name, names } = at;
  const module = names.modules.get(name);
  if (module !== undefined) return isOwnModule(shipped, module) ? { why: { kind: "module", module } } : undefined;
  const imported = names.imported.get(name);
  if (imported !== undefined) return fromModule(shipped, importedModule(path, imported), imported.name);
  const assigned = names.assigned.get(name);
  if (assigned?.kind === "name") return assignedTo(shipped, at, assigned.parts);
  return names.names.has(name) ? undefined : fromStars(shipped, at);
}

/** `handler = run`, or `handler = impl.run` where `impl` is a module. */
async function assignedTo(
  shipped: Shipped,
  { path, names }: NameInModule,
  parts: readonly string[],
): Promise<NameInModule | Pick<Unusable, "why"> | undefined> {
  const [first = "", ...more] = parts;
  // It may be what the name was before.
  if (names.rebound.has(first)) return undefined;
  const last = more.pop();
  if (last === undefined) return names.names.has(first) ? { path, name: first, names } : undefined;
  const imported = names.imported.get(first);
  let module = names.modules.get(first) ?? (imported && importedModule(path, imported));
  for (const attribute of imported === undefined ? more : [imported.name, ...more]) {
    if (module === undefined || !(await isModuleOf(shipped, module, attribute))) return undefined;
    module = join(module, attribute);
  }
  return fromModule(shipped, module, last);
}

/** Whether an attribute of a package is its module of that name: nothing else in the package has the name. */
async function isModuleOf(shipped: Shipped, module: string, attribute: string): Promise<boolean> {
  const found = findModule(shipped.paths, module);
  if (module !== "" && (found === undefined || found.kind === "opaque")) return false;
  if (found?.kind !== "source") return true;
  const names = await namesIn(shipped, found.path);
  const imported = names?.imported.get(attribute);
  const isImported = imported?.name === attribute && importedModule(found.path, imported) === module;
  return names !== undefined && !names.open && (isImported || !names.names.has(attribute));
}

/** A name of one of the project's own modules. */
async function fromModule(
  shipped: Shipped,
  module: string | undefined,
  name: string,
): Promise<NameInModule | Pick<Unusable, "why"> | undefined> {
  const found = module === undefined ? undefined : findModule(shipped.paths, module);
  if (module === undefined || found === undefined || found.kind === "opaque") return undefined;
  const inner = join(module, name);
  const isModule = findModule(shipped.paths, inner) !== undefined;
  if (found.kind === "namespace") return isModule ? { why: { kind: "module", module: inner } } : undefined;
  if (!shipped.isOwn(found.path)) return undefined;
  const names = await namesIn(shipped, found.path);
  if (names === undefined) return undefined;
  const next = { path: found.path, name, names };
  if (names.names.has(name)) return next;
  if (isModule) return names.open ? undefined : { why: { kind: "module", module: inner } };
  if (names.isDynamic) return undefined;
  return names.open ? next : { why: { kind: "absent", from: next } };
}

/** A name that only a star import can bring: from the one module that has it, if all of them are known. */
async function fromStars(
  shipped: Shipped,
  at: NameInModule,
): Promise<NameInModule | Pick<Unusable, "why"> | undefined> {
  const { path, name, names } = at;
  if (names.isDynamic || names.stars.length === 0) return undefined;
  const sources = names.stars.map((star) => fromModule(shipped, importedModule(path, star), name));
  const known = (await Promise.all(sources)).filter((one) => one !== undefined);
  if (known.length < names.stars.length) return undefined;
  const having = known.filter((one) => "names" in one);
  const exported = having.map(({ names: inner }) => exportsName(inner, name));
  if (exported.includes(undefined)) return undefined;
  const [only] = having;
  if (only !== undefined && exported.includes(true)) return having.length === 1 ? only : undefined;
  const hidden = known.findIndex((one) => "names" in one);
  if (only !== undefined) return { why: { kind: "not exported", star: names.stars[hidden]!, from: only } };
  const isAbsent = known.every((one) => "why" in one && one.why.kind === "absent");
  return isAbsent ? { why: { kind: "absent", from: at } } : undefined;
}

/** Whether `from a import *` brings the name of that module. Undefined if only Python can tell. */
function exportsName({ names, assigned, isDynamic }: ModuleNames, name: string): boolean | undefined {
  if (isDynamic) return undefined;
  if (!names.has("__all__")) return !name.startsWith("_");
  const all = assigned.get("__all__");
  return all?.kind === "literal" ? all.words?.includes(name) : undefined;
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(".");
}
