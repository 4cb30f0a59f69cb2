import type { Finding } from "../finding.js";
import { findUnusable } from "./handlerOrigin.js";
import { dottedFolderHint, elsewhereHint, hiddenByFolderHint, insideOfHint } from "./misplacedNames.js";
import { findModule, handlerModule } from "./modules.js";
import { handlerIn, nameIn, onlyHandler, proposeBelow, proposeLike, proposeSame, type Proposal } from "./proposals.js";
import type { Shipped } from "./shipped.js";
import { setFromOutside } from "./outsideNames.js";
import { spells } from "./python/dynamicNames.js";
import { topLevelNames, type ModuleNames } from "./python/pythonNames.js";
import { TokenError } from "./python/pythonTokens.js";
import { unusableFinding } from "./unusableFinding.js";

export interface HandlerCheck extends Shipped {
  /** `module.function`, dots or slashes in the module's path. */
  readonly handler: string;
  /** Top-level modules that the runtime has imported before it looks for the handler. */
  readonly imported: ReadonlySet<string>;
  /** Modules that it has probably imported: it could not be measured, but the nearest runtime has them. */
  readonly maybeImported: ReadonlySet<string>;
  /** Whether layers that are not examined may bring modules too. */
  readonly layersPresent: boolean;
  /** Whether the function can have layers: an image cannot. */
  readonly canHaveLayers: boolean;
  /** What the project on disk says about a module that does not ship. */
  readonly project: ProjectModules;
}

export interface ProjectModules {
  /**
   * Why the module is in the project but not in the package, and how to fix that. Undefined when it is not in the
   * project.
   */
  explain(module: string): Promise<string | undefined>;
  /** The input `source` for the folder of the archive with this file. Undefined when the project has no such folder. */
  sourceFor(folder: string, file: string): Promise<string | undefined>;
}

/** Built into every CPython since 3.10. The runtime refuses a handler whose path begins with one of them. */
const builtinModules = new Set(
  (
    "_abc _ast _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string _symtable _thread " +
    "_tracemalloc _warnings _weakref atexit builtins errno faulthandler gc itertools marshal posix pwd sys time"
  ).split(" "),
);

/** Checks that the runtime will find the handler. Runs no code. */
export async function checkHandler(check: HandlerCheck): Promise<Finding | undefined> {
  const { handler } = check;
  const module = handlerModule(handler);
  const name = handler.slice(handler.lastIndexOf(".") + 1);
  if (!isWellFormed(handler, module, name)) return malformed(check);
  const taken = nameTaken(check, module);
  if (taken?.certain === true) return taken;
  return (await notFound(check, module, name)) ?? taken;
}

async function notFound(check: HandlerCheck, module: string, name: string): Promise<Finding | undefined> {
  const { paths } = check;
  const found = findModule(paths, module);
  if (found === undefined) return check.layersPresent ? undefined : moduleNotFound(check, module, name);
  if (found.kind === "opaque") return undefined;
  if (found.kind === "namespace")
    return check.layersPresent ? undefined : noNameInFolder(check, module, name, found.path);
  const source = await check.readModule(found.path);
  return source === undefined ? undefined : checkName(check, module, name, { path: found.path, source });
}

/** The first part of the path decides, even in `logging/app.handler`: it is imported first. */
function nameTaken({ handler, imported, maybeImported, paths }: HandlerCheck, module: string): Finding | undefined {
  const [first = "", ...rest] = module.split(".");
  const isBuiltin = builtinModules.has(first);
  const isCertain = isBuiltin || imported.has(first);
  if (!isCertain && !maybeImported.has(first)) return undefined;
  const what = isBuiltin
    ? "a module built into Python, which the Lambda runtime refuses"
    : isCertain
      ? "a module that the Lambda runtime has imported before it looks for the handler, so it never sees yours"
      : "a module that the runtime of another Python version imports before it looks for the handler; if this one does too, it never sees yours";
  const renamed = freeName(first, paths);
  const proposed = `${[renamed, ...rest].join(".")}${handler.slice(handler.lastIndexOf("."))}`;
  const finding = error(`The handler "${handler}" is in "${first}", ${what}.`, {
    hint: `To fix this, rename ${rest.length > 0 ? `the folder ${first}` : `${first}.py`}, for example to ${renamed}, and set \`handler: "${proposed}"\`.`,
  });
  return { ...finding, certain: isCertain };
}

function freeName(name: string, paths: ReadonlySet<string>): string {
  const base = `my_${name.replace(/^_+/, "")}`;
  for (let candidate = base; ; candidate += "_") if (findModule(paths, candidate) === undefined) return candidate;
}

async function checkName(
  check: HandlerCheck,
  module: string,
  name: string,
  { path, source }: { readonly path: string; readonly source: string },
): Promise<Finding | undefined> {
  let module_: ModuleNames;
  try {
    module_ = topLevelNames(source);
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    const message = `${path}:${cause.line}: cannot be parsed as Python: ${cause.message}. The handler "${check.handler}" was not checked.`;
    return { code: "HANDLER_NOT_FOUND", certain: false, message, property: "handler" };
  }
  const unusable = await findUnusable(check, { path, name, names: module_ });
  const absentFrom = unusable?.why.kind === "absent" ? unusable.why.from.path : undefined;
  if (absentFrom !== undefined && absentFrom !== path) {
    const setter = await setFromOutside(check, absentFrom, name);
    if (setter !== undefined)
      return unseen(check, absentFrom, `${setter} may set it, and uvlambda does not follow that`);
  }
  if (unusable !== undefined && (unusable.isCertain || unusable.why.kind === "unfit")) {
    const isCertain = unusable.isCertain && !check.layersPresent;
    return unusableFinding(check, { ...unusable, isCertain }, { module, name, names: module_ });
  }
  if (module_.names.has(name)) return undefined;
  if (module_.isDynamic)
    return spells(source, name)
      ? undefined
      : unseen(check, path, "it creates names in a way that uvlambda does not follow");
  if (module_.open) return undefined;
  const setter = await setFromOutside(check, path, name);
  if (setter !== undefined) return unseen(check, path, `${setter} may set it, and uvlambda does not follow that`);
  return error(`${path} defines no "${name}", which the handler "${check.handler}" names.`, {
    hint:
      lostHint(name, module_) ??
      (await hiddenByFolderHint(check, path, name)) ??
      (await submoduleHint(check, module, name)) ??
      nameHint(module, name, module_) ??
      (await proposalHint(check, await proposeBelow(check, module, name))),
  });
}

/** The name may be there all the same. */
function unseen({ handler }: HandlerCheck, path: string, why: string): Finding {
  const name = handler.slice(handler.lastIndexOf(".") + 1);
  const message = `${path} defines no "${name}" that can be seen, which the handler "${handler}" names: ${why}.`;
  return { code: "HANDLER_NOT_FOUND", certain: false, message, property: "handler" };
}

function lostHint(name: string, { lost }: ModuleNames): string | undefined {
  switch (lost.get(name)) {
    case "deleted":
      return `The name is deleted again. To fix this, remove \`del ${name}\`.`;
    case "dead":
      return `It is only defined in a block that never runs in Lambda, such as \`if TYPE_CHECKING:\`. To fix this, move it out of that block.`;
    case undefined:
      return undefined;
  }
}

function isWellFormed(handler: string, module: string, name: string): boolean {
  return module !== "" && isIdentifier(name) && !/\s/.test(handler) && module.split(".").every((part) => part !== "");
}

function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(text);
}

async function malformed(check: HandlerCheck): Promise<Finding> {
  const { handler } = check;
  const repaired = handler
    .trim()
    .replace(/^\.?\//, "")
    .replace(/\.py(?=[.:]|$)/, "")
    .replace(/(?<![:/])[:/]+(?=[^:/.]+$)/, ".");
  const isRepaired = repaired !== handler && /^[^\s:.]+(\.[^\s:.]+)+$/.test(repaired);
  return error(`The handler "${handler}" is not of the form module.function, such as "app.main.handler".`, {
    hint: isRepaired ? await repairHint(check, repaired) : undefined,
  });
}

/** The corrected spelling if it works, else the hint for that one. */
async function repairHint(check: HandlerCheck, repaired: string): Promise<string | undefined> {
  const finding = await checkHandler({ ...check, handler: repaired });
  return finding === undefined ? `Did you mean "${repaired}"?` : finding.hint;
}

async function moduleNotFound(check: HandlerCheck, module: string, name: string): Promise<Finding> {
  const guess = async () =>
    (await proposalHint(check, await proposeLike(check, module, name))) ??
    (await onlyHandlerHint(check)) ??
    "`handler` is module.function, relative to the root of the archive. `source` names the folder with the modules.";
  const hint =
    programHint(check) ??
    (await proposalHint(check, await proposeSame(check, module, name))) ??
    (await proposalHint(check, await proposeBelow(check, module, name))) ??
    dottedFolderHint(check, module, name) ??
    (await check.project.explain(module)) ??
    (await insideOfHint(check, module, name)) ??
    [await guess(), elsewhereHint(check, module)].filter((one) => one !== undefined).join(" ");
  return error(`The module "${module}" of the handler "${check.handler}" is not in the package.`, { hint });
}

/** `run.sh`: the web adapter starts a program, and the runtime never looks for a handler. */
function programHint({ paths, handler }: HandlerCheck): string | undefined {
  if (!paths.has(handler)) return undefined;
  return `${handler} ships, but the runtime does not start programs. If a layer does, such as the Lambda Web Adapter, name it in \`layers\`; otherwise set \`handler\` to a function.`;
}

async function proposalHint({ project }: HandlerCheck, proposal: Proposal | undefined): Promise<string | undefined> {
  if (proposal === undefined) return undefined;
  if (proposal.kind === "handler") return `Did you mean "${proposal.handler}"?`;
  const { folder, handler, alsoAsHandler } = proposal;
  const file = handler.slice(0, handler.lastIndexOf(".")).replaceAll(".", "/");
  const source = await project.sourceFor(folder, file);
  const asHandler = alsoAsHandler === undefined ? undefined : `\`handler: "${alsoAsHandler}"\``;
  if (source === undefined) return asHandler && `Did you mean ${asHandler}?`;
  const ways = [
    `\`source: "${source}"\` with \`handler: "${handler}"\``,
    ...(asHandler === undefined ? [] : [asHandler]),
  ];
  return `The module ships below ${folder}/. To fix this, set ${ways.join(", or ")}.`;
}

async function onlyHandlerHint(check: HandlerCheck): Promise<string | undefined> {
  const handler = await onlyHandler(check);
  return handler && `Did you mean "${handler}"?`;
}

async function noNameInFolder(check: HandlerCheck, module: string, name: string, folder: string): Promise<Finding> {
  return error(`The handler "${check.handler}" names "${name}" in ${folder}/, a folder without __init__.py.`, {
    hint:
      (await submoduleHint(check, module, name)) ??
      (await proposalHint(check, await proposeBelow(check, module, name))) ??
      `Name the module in ${folder}/ that defines it.`,
  });
}

/** `pkg.handler` where `handler` is a module: its function is missing. */
async function submoduleHint(check: HandlerCheck, module: string, name: string): Promise<string | undefined> {
  const inner = `${module}.${name}`;
  if (findModule(check.paths, inner) === undefined) return undefined;
  const handler = await handlerIn(check, inner);
  const example = handler === undefined ? "" : `, for example "${handler}"`;
  return `"${inner}" is a module: add the function${example}.`;
}

function nameHint(module: string, name: string, names: ModuleNames): string | undefined {
  const near = nameIn(names, name);
  return near === undefined ? undefined : `Did you mean "${module}.${near}"?`;
}

function error(message: string, { hint }: { hint?: string | undefined }): Finding {
  const finding = { code: "HANDLER_NOT_FOUND", certain: true, message, property: "handler" } as const;
  return hint === undefined ? finding : { ...finding, hint };
}
