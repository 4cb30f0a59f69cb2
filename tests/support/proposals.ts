import assert from "node:assert/strict";

/** An error, or a text that it printed. */
export type ErrorOrText = string | { readonly message: string; readonly hint?: string | undefined };

/** The value of an input that a text proposes as `name: value`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the test knows the input's type
export function proposedValue<T>(error: ErrorOrText, name: string): T {
  const text = textOf(error);
  const value = new RegExp(`\`${escaped(name)}: ([^\`]+)\``).exec(text)?.[1];
  assert.ok(value !== undefined, `no value for ${name}: ${text}`);
  return JSON.parse(value.replace(/([{,]\s*)(\w+):/g, '$1"$2":')) as T;
}

/** The command of this program that a text proposes in backticks, as the words that a shell makes of it. */
export function proposedCommand(error: ErrorOrText, program: string): string[] {
  const text = textOf(error);
  const command = new RegExp(`\`(${escaped(program)}( [^\`]+)?)\``).exec(text)?.[1];
  assert.ok(command !== undefined, `no command of ${program}: ${text}`);
  return shellWords(command);
}

/** The words of a command as a shell reads them, without what it would expand. */
export function shellWords(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"([^"]*)"|\\(.)/g,
      (_, single?: string, double?: string, one?: string) => single ?? double ?? one ?? "",
    ),
  );
}

/** An input, flag or variable that a text names without a value. The test has to choose one. */
export function proposedName<Name extends string>(error: ErrorOrText, name: Name): Name {
  const text = textOf(error);
  const isVariable = /^[A-Z_]+$/.test(name);
  const pattern = isVariable ? `\\b${name}\\b` : `\`${escaped(name)}(: [^\`]+)?\``;
  assert.match(text, new RegExp(pattern), `${name} is not named`);
  return name;
}

/** All code that a text has in backticks. */
export function proposedCode(error: ErrorOrText): string[] {
  return [...textOf(error).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The text after "Did you mean". */
export function suggestedName(error: ErrorOrText): string {
  const text = textOf(error);
  const found = /Did you mean "([^"]+)"\?/.exec(text)?.[1];
  assert.ok(found !== undefined, text);
  return found;
}

function textOf(error: ErrorOrText): string {
  return typeof error === "string" ? error : `${error.message}\n${error.hint ?? ""}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
