import { parseArgs } from "node:util";
import type { Problem } from "../lib/errors.js";
import { didYouMean } from "../lib/messages/suggest.js";
import type { Arguments, Command, Flag } from "./command.js";

export interface ReadArguments {
  readonly args: Arguments;
  readonly wantsHelp: boolean;
  /** Everything that is wrong with the form of the arguments. */
  readonly problems: readonly Problem[];
}

/** Reads the arguments after the command's name. Never throws. */
export function readArguments(command: Command, argv: readonly string[]): ReadArguments {
  const { tokens } = parseArgs({
    args: [...argv],
    options: { ...optionTypes(command), help: { type: "boolean", short: "h" } },
    allowPositionals: true,
    // Not strict: that would stop at the first mistake, and all are to be named at once.
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const problems: Problem[] = [];
  let wantsHelp = false;
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (token.name === "help") wantsHelp = true;
    else {
      const problem = optionProblem(command, token, given.get(token.name));
      if (problem === undefined) given.set(token.name, [...(given.get(token.name) ?? []), token.value ?? ""]);
      else problems.push({ property: token.rawName, message: problem });
    }
  }
  problems.push(...positionalProblems(command, positionals, problems.length > 0));
  return { args: { values: given, positionals }, wantsHelp, problems };
}

type OptionToken = {
  readonly name: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
};

function optionTypes(command: Command): Record<string, { type: Flag["type"]; multiple: true }> {
  return Object.fromEntries(Object.entries(command.flags).map(([name, { type }]) => [name, { type, multiple: true }]));
}

function optionProblem(command: Command, token: OptionToken, earlier?: readonly string[]): string | undefined {
  const flag = Object.hasOwn(command.flags, token.name) ? command.flags[token.name] : undefined;
  if (flag === undefined) return `is not a flag of \`uvlambda ${command.name}\`.${suggestion(command, token.name)}`;
  if (earlier !== undefined && !flag.multiple) return "is given twice";
  if (flag.type === "boolean") return token.value === undefined ? undefined : "takes no value";
  if (token.value === undefined) return `needs a value: --${token.name} ${flag.value ?? ""}`;
  if (token.value === "") return "must not be empty";
  const name = nameOf(token.value);
  // Which of two values counts would be a guess.
  if (flag.isNamed && earlier?.some((one) => nameOf(one) === name)) return `${JSON.stringify(name)} is given twice`;
  const isNextFlag = !token.inlineValue && token.value.startsWith("-") && token.value !== "-";
  return isNextFlag
    ? `needs a value; one that begins with a dash is written --${token.name}=${token.value}`
    : undefined;
}

/** `a` of `a=1`. */
function nameOf(pair: string): string {
  return pair.split("=", 1)[0]!;
}

function suggestion(command: Command, name: string): string {
  return didYouMean(
    `--${name}`,
    [...Object.keys(command.flags), "help"].map((known) => `--${known}`),
  );
}

function positionalProblems(command: Command, given: readonly string[], isAfterMistake: boolean): Problem[] {
  const missing = command.positionals.slice(given.length).map((name) => ({ property: name, message: "is required" }));
  // A mistyped flag is followed by its value: naming that too would only confuse.
  const tooMany = isAfterMistake ? [] : given.slice(command.positionals.length + (command.optional?.length ?? 0));
  return [
    ...missing,
    ...tooMany.map((property) => ({ property: JSON.stringify(property), message: "is not expected here" })),
  ];
}
