import type { PlainClass } from "../python/objects/plainDefinitions.js";
import type { Unfit } from "../python/pythonFunctions.js";
import type { ModuleNames } from "../python/pythonNames.js";

export interface NameInModule {
  /** Of the module's file. */
  readonly path: string;
  readonly name: string;
  readonly names: ModuleNames;
}

/** What a name stands for when it is no function: how it fails when it is called, and how to fix that. */
export interface UnusableObject {
  /** Goes on after a comma: `but it is a class`. */
  readonly what: string;
  readonly hint: string;
  /** The attribute that is missing, unless something else in the program sets it. */
  readonly lacks?: string;
}

/** Finds the plain class, or the function, that a name stands for in the project's modules. */
export type FindDefinition = (at: NameInModule, name: string) => Promise<NameInModule | undefined>;

/** A class, an object or one of their methods that the runtime cannot call. Undefined for all else. */
export async function unusableObject(at: NameInModule, find: FindDefinition): Promise<UnusableObject | undefined> {
  const { name, names } = at;
  const classOf = async (where: string) => {
    const found = await find(at, where);
    const definition = found?.names.classes.get(found.name);
    return found === undefined || definition === undefined ? undefined : { name: found.name, ...definition };
  };
  if (names.classes.has(name))
    return {
      what: "but it is a class, and cannot return an object of it as JSON",
      hint: `name a function, or add a line such as \`call = ${name}().method\` to the module and name \`call\``,
    };
  const decorator = names.decorators.get(name);
  if (decorator !== undefined) {
    const found = await find(at, decorator);
    if (found?.names.silent.has(found.name) !== true) return undefined;
    return {
      what: `but its decorator ${decorator} returns nothing, so that it is None`,
      hint: `return a function at the end of ${decorator}`,
    };
  }
  const assigned = names.assigned.get(name);
  if (assigned?.kind === "call" && assigned.parts.length === 1) {
    const found = await classOf(assigned.parts[0]!);
    return found && ofObject(found, assigned.attribute ?? "__call__");
  }
  if (assigned?.kind !== "name" || assigned.parts.length !== 2) return undefined;
  const [owner = "", attribute = ""] = assigned.parts;
  if (names.rebound.has(owner)) return undefined;
  const made = names.assigned.get(owner);
  if (made?.kind === "call" && made.attribute === undefined && made.parts.length === 1) {
    const found = await classOf(made.parts[0]!);
    return found && ofObject(found, attribute);
  }
  const found = await classOf(owner);
  const { ofClass, ofObject: ofMade } = found?.members.get(attribute)?.unfit ?? {};
  if (ofClass === undefined) return undefined;
  return { ...sentence(ofClass), hint: ofMade === undefined ? `write \`${owner}().${attribute}\`` : aFunction };
}

function ofObject(of: PlainClass & { readonly name: string }, attribute: string): UnusableObject | undefined {
  if (!of.members.has(attribute)) {
    if (of.mentioned.has(attribute)) return undefined;
    return {
      lacks: attribute,
      what: `but the class ${of.name} defines no ${attribute}`,
      hint: `add \`def ${attribute}(self, event, context)\` to it, or name a function`,
    };
  }
  const unfit = of.members.get(attribute)?.unfit.ofObject;
  if (unfit === undefined) return undefined;
  const isPlain = unfit.kind === "few" || unfit.kind === "more";
  const hint = isPlain ? `let ${attribute} in ${of.name} take an event and a context, and nothing else` : aFunction;
  return { ...sentence(unfit), hint };
}

const aFunction = "name a function `def handler(event, context)`, and let it call what you have";

function sentence(unfit: Unfit): { readonly what: string } {
  switch (unfit.kind) {
    case "few":
      return { what: `but it takes ${unfit.parameters.length === 0 ? "no argument" : "only one"}` };
    case "more":
      return { what: `but it also needs ${unfit.parameters.join(" and ")}` };
    default:
      return { what: "and does not await what an `async def` returns" };
  }
}
