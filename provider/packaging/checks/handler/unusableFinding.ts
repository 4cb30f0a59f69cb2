import { closest } from "../../../lib/messages/suggest.js";
import type { Finding } from "../finding.js";
import type { Unusable } from "./handlerOrigin.js";
import { existing, nameIn } from "./proposals.js";
import type { Shipped } from "./shipped.js";
import type { Unfit } from "./python/pythonFunctions.js";
import type { ModuleNames } from "./python/pythonNames.js";

/** The handler as it was asked for. */
interface Asked {
  readonly module: string;
  readonly name: string;
  readonly names: ModuleNames;
}

/** A handler that is there, but fails whenever the runtime calls it, or loads its module. */
export async function unusableFinding(
  shipped: Shipped,
  { at, why, isCertain }: Unusable,
  asked: Asked,
): Promise<Finding> {
  const { path, name, names } = at;
  const called = `${path}: the Lambda runtime calls the handler "${name}" with an event and a context`;
  const unusable = { code: "HANDLER_UNUSABLE", certain: isCertain, property: "handler" } as const;
  switch (why.kind) {
    case "unfit": {
      const { what, hint } = explain(name, why.unfit, names.names);
      return { ...unusable, message: `${called}, ${what}.`, hint: `To fix this, ${hint}.` };
    }
    case "object":
      return { ...unusable, message: `${called}, ${why.what}.`, hint: `To fix this, ${why.hint}.` };
    case "value":
      return { ...unusable, message: `${called}, but it is ${why.what}.`, ...proposed(besides(asked)) };
    case "module": {
      const inside = await existing(shipped, why.module, asked.name);
      return { ...unusable, message: `${called}, but it is the module ${why.module}.`, ...proposed(inside) };
    }
    case "not exported": {
      const { star, from } = why;
      const list = from.names.names.has("__all__") ? "__all__ does not name it" : "its name begins with _";
      return {
        ...unusable,
        code: "HANDLER_NOT_FOUND",
        message: `${path} takes all names from ${from.path}, but not "${from.name}": ${list}.`,
        hint: `To fix this, add \`from ${".".repeat(star.level)}${star.module} import ${from.name}\` to ${path}.`,
      };
    }
    case "absent": {
      const { from } = why;
      const message =
        from.path === path
          ? `No module that ${path} takes names from defines "${from.name}", which the handler names.`
          : `${path} takes "${from.name}" from ${from.path}, which does not define it, so the handler cannot be loaded.`;
      const near = nameIn(from.names, from.name) ?? closest(from.name, [...from.names.names]);
      return { ...unusable, code: "HANDLER_NOT_FOUND", message, ...proposed(near) };
    }
  }
}

/** Another function of the module that was asked for. */
function besides({ module, name, names }: Asked): string | undefined {
  const near = nameIn(names, name);
  return near === undefined || near === name ? undefined : `${module}.${near}`;
}

function proposed(value: string | undefined): { hint?: string } {
  return value === undefined ? {} : { hint: `Did you mean "${value}"?` };
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
