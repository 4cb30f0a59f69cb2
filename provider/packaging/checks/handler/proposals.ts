import { closest } from "../../../lib/messages/suggest.js";
import { importsOf } from "./python/pythonImports.js";
import type { ModuleNames } from "./python/pythonNames.js";
import { findModule, modulesOf, walkOwnModules } from "./modules.js";
import { namesIn, type Shipped } from "./shipped.js";

/** An existing handler, or the folder whose content belongs at the root of the archive. */
export type Proposal =
  | { readonly kind: "handler"; readonly handler: string }
  | { readonly kind: "source"; readonly folder: string; readonly handler: string; readonly alsoAsHandler?: string };

const usualNames = ["handler", "lambda_handler", "main"];

/**
 * The intended name in this module: itself, a similar one, or a usual name of handlers. Only names that can be
 * handlers.
 */
export function nameIn(names: ModuleNames, wanted: string): string | undefined {
  if (names.callables.has(wanted)) return wanted;
  const functions = [...names.callables].filter(([, kind]) => kind === "function").map(([name]) => name);
  return closest(wanted, functions) ?? usualNames.find((name) => names.callables.has(name));
}

/** The same module below a folder, or without the folders in front of it. */
export async function proposeSame(shipped: Shipped, module: string, name: string): Promise<Proposal | undefined> {
  const modules = ownModules(shipped);
  for (const candidate of modules.filter((one) => isWithin(module, one))) {
    const proposal = await proposePrefixed(shipped, candidate, module, name);
    if (proposal !== undefined) return proposal;
  }
  // "src." or the project's folder is too much in the path.
  return firstWorking(
    shipped,
    modules.filter((one) => isWithin(one, module)),
    name,
  );
}

/**
 * A package that ships, where the handler is in one of its modules: `app.main.handler` for `app.handler`, or for
 * `src.app.handler`. Undefined where several have one.
 */
export async function proposeBelow(shipped: Shipped, module: string, name: string): Promise<Proposal | undefined> {
  const modules = ownModules(shipped);
  const parts = module.split(".");
  const packages = parts.map((_, i) => parts.slice(i).join("."));
  const below = modules.filter((one) => packages.some((outer) => one.startsWith(`${outer}.`)));
  const handlers = await Promise.all(below.map((one) => existing(shipped, one, name)));
  const exact = handlers.filter((one) => one?.endsWith(`.${name}`));
  const [handler, another] = exact.length > 0 ? exact : handlers.filter((one) => one !== undefined);
  if (handler === undefined || another !== undefined) return undefined;
  return (await worksAs(shipped, handler.slice(0, handler.lastIndexOf("."))))
    ? { kind: "handler", handler }
    : undefined;
}

/** A module with a similar name: one of the project's own, or else a third party's with exactly this function. */
export async function proposeLike(shipped: Shipped, module: string, name: string): Promise<Proposal | undefined> {
  const modules = ownModules(shipped);
  const last = module.slice(module.lastIndexOf(".") + 1);
  const near = closest(module, modules);
  const alike = [
    ...(near === undefined ? [] : [near]),
    ...modules.filter((one) => one === last || isWithin(last, one)),
  ];
  const isElsewhere = (one: string) => isWithin(module, one);
  const found = await firstWorking(
    shipped,
    alike.filter((one) => !isElsewhere(one)),
    name,
  );
  return found ?? proposeForeign(shipped, modules, module, name);
}

/** The one function of the project's own modules that is named as handlers are. Undefined if there are more. */
export async function onlyHandler(shipped: Shipped): Promise<string | undefined> {
  const found: string[] = [];
  for (const module of ownModules(shipped).slice(0, MAX_MODULES)) {
    const names = await namesOf(shipped, module);
    const handlers = ["handler", "lambda_handler"].filter((name) => names?.callables.has(name));
    found.push(...handlers.map((name) => `${module}.${name}`));
    if (found.length > 1) return undefined;
  }
  const [handler] = found;
  if (handler === undefined) return undefined;
  return (await worksAs(shipped, handler.slice(0, handler.lastIndexOf(".")))) ? handler : undefined;
}

async function firstWorking(
  shipped: Shipped,
  candidates: readonly string[],
  name: string,
): Promise<Proposal | undefined> {
  for (const candidate of candidates) {
    const handler = await existing(shipped, candidate, name);
    if (handler !== undefined && (await worksAs(shipped, candidate))) return { kind: "handler", handler };
  }
  return undefined;
}

function ownModules(shipped: Shipped): string[] {
  return modulesOf(shipped.paths).filter((candidate) => isOwnModule(shipped, candidate));
}

/** Proposes a third party's module only if it has exactly this function. */
async function proposeForeign(
  shipped: Shipped,
  projectModules: readonly string[],
  module: string,
  name: string,
): Promise<Proposal | undefined> {
  const foreign = modulesOf(shipped.paths).filter((candidate) => !projectModules.includes(candidate));
  const near = closest(module, foreign);
  for (const candidate of [...foreign.filter((one) => isWithin(module, one)), ...(near === undefined ? [] : [near])])
    if ((await existing(shipped, candidate, name)) === `${candidate}.${name}`)
      return { kind: "handler", handler: `${candidate}.${name}` };
  return undefined;
}

/** The module is below a folder: either the handler must name the folder, or its content belongs at the root. */
async function proposePrefixed(
  shipped: Shipped,
  candidate: string,
  module: string,
  name: string,
): Promise<Proposal | undefined> {
  const found = await existing(shipped, candidate, name);
  if (found === undefined) return undefined;
  const prefix = candidate.slice(0, -module.length - 1);
  const { needsRoot, needsPrefix } = await followImports(shipped, candidate, prefix);
  const source = {
    kind: "source",
    folder: prefix.replaceAll(".", "/"),
    handler: found.slice(prefix.length + 1),
  } as const;
  if (needsRoot) return needsPrefix ? undefined : source;
  if (prefix === "src" && !needsPrefix) return { ...source, alsoAsHandler: found };
  return { kind: "handler", handler: found };
}

/** The handler in this module, where it has one. */
export async function existing(shipped: Shipped, candidate: string, name: string): Promise<string | undefined> {
  const names = await namesOf(shipped, candidate);
  const found = names && nameIn(names, name);
  return found === undefined ? undefined : `${candidate}.${found}`;
}

/** The handler in a module that was named instead of a function. */
export function handlerIn(shipped: Shipped, module: string): Promise<string | undefined> {
  return existing(shipped, module, "handler");
}

async function namesOf(shipped: Shipped, module: string): Promise<ModuleNames | undefined> {
  const found = findModule(shipped.paths, module);
  return found?.kind === "source" ? namesIn(shipped, found.path) : undefined;
}

/** Whether everything that the module imports, if it is known, is where it expects it. */
async function worksAs(shipped: Shipped, candidate: string): Promise<boolean> {
  const parts = candidate.split(".");
  for (let length = parts.length - 1; length > 0; length--)
    if ((await followImports(shipped, candidate, parts.slice(0, length).join("."))).needsRoot) return false;
  return true;
}

const MAX_MODULES = 200;

/**
 * Follows the imports of a module through the project's own modules. `needsRoot`: one of them imports what is found
 * below `prefix` only; `needsPrefix`: one of them would not work with the content of `prefix` at the root.
 */
export async function followImports(
  shipped: Shipped,
  start: string,
  prefix: string,
): Promise<{ readonly needsRoot: boolean; readonly needsPrefix: boolean }> {
  const { paths } = shipped;
  const isThere = (module: string) => findModule(paths, module) !== undefined;
  const result = { needsRoot: false, needsPrefix: false };
  const waiting = [start];
  for (const { path } of walkOwnModules(shipped, waiting, MAX_MODULES)) {
    const folder = path.split("/").slice(0, -1);
    for (const { level, module: imported, names } of importsOf((await shipped.readModule(path)) ?? "")) {
      const [first = ""] = imported.split(".");
      const isBelow = level === 0 && !isThere(first) && isThere(`${prefix}.${first}`);
      if (isBelow) result.needsRoot = true;
      if (level === 0 && first === prefix.split(".")[0] && isThere(first)) result.needsPrefix = true;
      const isInside = `${folder.join(".")}.`.startsWith(`${prefix}.`);
      if (level > 0 && isInside && folder.length - prefix.split(".").length < level) result.needsPrefix = true;
      const base = level > 0 ? folder.slice(0, folder.length - level + 1) : isBelow ? prefix.split(".") : [];
      const target = [...base, ...(imported === "" ? [] : [imported])].join(".");
      waiting.push(...(target === "" ? [] : [target]), ...names.map((one) => [target, one].filter(Boolean).join(".")));
    }
  }
  return result;
}

export function isOwnModule({ paths, isOwn }: Shipped, module: string): boolean {
  const found = findModule(paths, module);
  return found !== undefined && isOwn(found.path);
}

/** Whether `outer` is the module `inner` below some package. */
function isWithin(inner: string, outer: string): boolean {
  return outer.endsWith(`.${inner}`);
}
