import type { Finding } from "../finding.js";
import { findModule } from "./modules.js";
import { namesIn, type Shipped } from "./proposals.js";
import type { Unfit } from "./pythonFunctions.js";
import type { ModuleNames } from "./pythonNames.js";

interface UnfitHandler {
  /** Of the module's file that defines the function. */
  readonly path: string;
  /** Of the function. */
  readonly name: string;
  readonly unfit: Unfit;
  /** All names of the module. */
  readonly names: ReadonlySet<string>;
  /** Whether nothing can replace the function, or call it in another way. */
  readonly isCertain: boolean;
}

interface NameInModule {
  /** Of the module's file. */
  readonly path: string;
  readonly name: string;
  readonly names: ModuleNames;
}

const MAX_MODULES = 20;

/** Why the function of this name cannot be called, also if the module has it from another one of the project. */
export async function findUnfit(shipped: Shipped, start: NameInModule): Promise<UnfitHandler | undefined> {
  let isCertain = true;
  let at: NameInModule | undefined = start;
  for (let modules = 0; at !== undefined && modules < MAX_MODULES; modules++) {
    isCertain &&= !at.names.open;
    const unfit = at.names.unfit.get(at.name);
    if (unfit !== undefined) return { path: at.path, name: at.name, unfit, names: at.names.names, isCertain };
    at = await origin(shipped, at);
  }
  return undefined;
}

/** Where `from a import b` takes the name from. Undefined for a third party's module. */
async function origin(shipped: Shipped, { path, name, names }: NameInModule): Promise<NameInModule | undefined> {
  const imported = names.imported.get(name);
  if (imported === undefined) return undefined;
  const { level, module } = imported;
  const folder = path.split("/").slice(0, -1);
  if (level > folder.length) return undefined;
  const base = level === 0 ? [] : folder.slice(0, folder.length - level + 1);
  const target = [...base, ...(module === "" ? [] : [module])].join(".");
  const found = findModule(shipped.paths, target);
  if (found?.kind !== "source" || !shipped.isOwn(found.path)) return undefined;
  const targetNames = await namesIn(shipped, found.path);
  return targetNames && { path: found.path, name: imported.name, names: targetNames };
}

/** A handler that is there, but fails whenever the runtime calls it. */
export function unfitFinding({ path, name, unfit, names, isCertain }: UnfitHandler): Finding {
  const { what, hint } = explain(name, unfit, names);
  const message = `${path}: the Lambda runtime calls the handler "${name}" with an event and a context, ${what}.`;
  return { code: "HANDLER_UNUSABLE", certain: isCertain, message, hint: `To fix this, ${hint}.`, property: "handler" };
}

function explain(name: string, unfit: Unfit, names: ReadonlySet<string>): { what: string; hint: string } {
  switch (unfit.kind) {
    case "coroutine": {
      const renamed = freeName(`${name}_async`, names);
      const call = `def ${name}(event, context): return asyncio.run(${renamed}(event, context))`;
      return {
        what: `and does not await what an \`async def\` returns: ${notSerializable("coroutine")}`,
        hint: `rename it to ${renamed}, and add \`import asyncio\` and \`${call}\``,
      };
    }
    case "generator":
    case "async generator":
      return {
        what: `and cannot return what a function with a \`yield\` makes: ${notSerializable(unfit.kind.replace(" ", "_"))}`,
        hint: "return a value, for example a list, instead of yielding parts",
      };
    case "few": {
      const [first] = unfit.parameters;
      const parameters = first === "context" ? "context, _" : `${first ?? "event"}, context`;
      return {
        what: `but it takes ${first === undefined ? "no argument" : "only one"}`,
        hint: `write \`def ${name}(${parameters})\``,
      };
    }
    case "more": {
      const list = unfit.parameters.join(" and ");
      const values = unfit.parameters.length === 1 ? "a default value" : "default values";
      return { what: `but it also needs ${list}`, hint: `give ${list} ${values}` };
    }
  }
}

function notSerializable(type: string): string {
  return `each call would fail with "Object of type ${type} is not JSON serializable"`;
}

function freeName(name: string, names: ReadonlySet<string>): string {
  let free = name;
  while (names.has(free)) free += "_";
  return free;
}
