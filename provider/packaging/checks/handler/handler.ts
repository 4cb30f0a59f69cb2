import { closest } from "../../../lib/suggest.js";
import type { Finding } from "../finding.js";
import { findModule, nearestModule } from "./modules.js";
import { topLevelNames, type ModuleNames } from "./pythonNames.js";
import { TokenError } from "./pythonTokens.js";

export interface HandlerCheck {
  /** `module.function`, dots or slashes in the module's path. */
  readonly handler: string;
  /** Paths of every file that the function will find, dependencies included. */
  readonly paths: ReadonlySet<string>;
  /** Text of one of them; undefined when it cannot be had. */
  readonly readModule: (path: string) => Promise<string | undefined>;
  /** Top-level modules that the runtime has imported before it looks for the handler. */
  readonly imported: ReadonlySet<string>;
  /** Whether layers that are not looked into may bring modules as well. */
  readonly layersPresent: boolean;
}

/** Built into every CPython from 3.10 on; the runtime refuses a handler whose path begins with one of them. */
const builtinModules = new Set(
  (
    "_abc _ast _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string _symtable _thread " +
    "_tracemalloc _warnings _weakref atexit builtins errno faulthandler gc itertools marshal posix pwd sys time"
  ).split(" "),
);

/** Every module has these without binding them. */
const moduleAttributes = new Set(
  "__name__ __doc__ __file__ __loader__ __package__ __spec__ __dict__ __class__".split(" "),
);

/** Proves that the runtime will find the handler, as far as that can be known without running it. */
export async function checkHandler(check: HandlerCheck): Promise<Finding | undefined> {
  const { handler, paths } = check;
  const dot = handler.lastIndexOf(".");
  const module = handler.slice(0, Math.max(dot, 0)).replaceAll("/", ".");
  const name = handler.slice(dot + 1);
  if (!isWellFormed(handler, module, name)) return malformed(handler);
  const taken = nameTaken(check, module);
  if (taken !== undefined) return taken;

  const found = findModule(paths, module);
  if (found === undefined) return check.layersPresent ? undefined : moduleNotFound(handler, module, paths);
  if (found.kind === "opaque") return undefined;
  if (found.kind === "namespace")
    return check.layersPresent ? undefined : noNameInFolder(check, module, name, found.path);
  const source = await check.readModule(found.path);
  return source === undefined ? undefined : checkName(check, module, name, found.path, source);
}

/** The first part of the path decides, also in `logging/app.handler`: it is imported first. */
function nameTaken({ handler, imported, paths }: HandlerCheck, module: string): Finding | undefined {
  const [first = "", ...rest] = module.split(".");
  const isBuiltin = builtinModules.has(first);
  if (!isBuiltin && !imported.has(first)) return undefined;
  const what = isBuiltin
    ? "a module built into Python, which the Lambda runtime refuses"
    : "a module that the Lambda runtime has imported before it looks for the handler, so it never sees yours";
  const renamed = freeName(first, paths);
  const proposed = `${[renamed, ...rest].join(".")}${handler.slice(handler.lastIndexOf("."))}`;
  return error(`The handler "${handler}" is in "${first}", ${what}.`, {
    hint: `To fix this: rename ${rest.length > 0 ? `the folder ${first}` : `${first}.py`}, for example to ${renamed}, and set \`handler: "${proposed}"\`.`,
  });
}

function freeName(name: string, paths: ReadonlySet<string>): string {
  const base = `my_${name.replace(/^_+/, "")}`;
  for (let candidate = base; ; candidate += "_") if (findModule(paths, candidate) === undefined) return candidate;
}

function checkName(
  check: HandlerCheck,
  module: string,
  name: string,
  path: string,
  source: string,
): Finding | undefined {
  let module_: ModuleNames;
  try {
    module_ = topLevelNames(source);
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    const message = `${path}:${cause.line}: cannot be read as Python: ${cause.message}. The handler "${check.handler}" was not checked.`;
    return { code: "HANDLER_NOT_FOUND", certain: false, message, property: "handler" };
  }
  if (module_.open || module_.names.has(name) || moduleAttributes.has(name)) return undefined;
  return error(`${path} defines no "${name}", which the handler "${check.handler}" names.`, {
    hint: submoduleHint(check.paths, module, name) ?? nameHint(module, name, module_.names),
  });
}

function isWellFormed(handler: string, module: string, name: string): boolean {
  return module !== "" && isIdentifier(name) && !/\s/.test(handler) && module.split(".").every((part) => part !== "");
}

function isIdentifier(text: string): boolean {
  return /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(text);
}

function malformed(handler: string): Finding {
  const repaired = handler
    .trim()
    .replace(/^\.?\//, "")
    .replace(/\.py(?=[.:]|$)/, "")
    .replace(/(?<![:/])[:/]+(?=[^:/.]+$)/, ".");
  const isRepaired = repaired !== handler && /^[^\s:.]+(\.[^\s:.]+)+$/.test(repaired);
  return error(`The handler "${handler}" is not of the form module.function, such as "app.main.handler".`, {
    hint: isRepaired ? `Did you mean "${repaired}"?` : undefined,
  });
}

function moduleNotFound(handler: string, module: string, paths: ReadonlySet<string>): Finding {
  const near = nearestModule(paths, module);
  const name = handler.slice(handler.lastIndexOf(".") + 1);
  return error(`The module "${module}" of the handler "${handler}" is not in the package.`, {
    hint:
      near === undefined
        ? "`handler` is module.function as seen from the root of the archive; `source` names the folder with the modules."
        : `Did you mean "${near}.${name}"?`,
  });
}

function noNameInFolder({ handler, paths }: HandlerCheck, module: string, name: string, folder: string): Finding {
  return error(`The handler "${handler}" names "${name}" in ${folder}/, a folder without __init__.py.`, {
    hint: submoduleHint(paths, module, name) ?? `Name the module in ${folder}/ that defines it.`,
  });
}

/** `pkg.handler` where `handler` is a module: its function is missing. */
function submoduleHint(paths: ReadonlySet<string>, module: string, name: string): string | undefined {
  if (findModule(paths, `${module}.${name}`) === undefined) return undefined;
  return `"${module}.${name}" is a module: add the function, for example "${module}.${name}.handler".`;
}

function nameHint(module: string, name: string, names: ReadonlySet<string>): string | undefined {
  const usual = ["handler", "lambda_handler", "main"].find((candidate) => names.has(candidate));
  const near = closest(name, names) ?? usual;
  return near === undefined ? undefined : `Did you mean "${module}.${near}"?`;
}

function error(message: string, { hint }: { hint?: string | undefined }): Finding {
  const finding = { code: "HANDLER_NOT_FOUND", certain: true, message, property: "handler" } as const;
  return hint === undefined ? finding : { ...finding, hint };
}
