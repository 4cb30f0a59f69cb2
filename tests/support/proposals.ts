import assert from "node:assert/strict";

/** An error, or a text that it printed. */
export type Said = string | { readonly message: string; readonly hint?: string | undefined };

/** The value of an input that a text proposes as `name: value`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the test knows the input's type
export function proposedValue<T>(said: Said, name: string): T {
  const text = textOf(said);
  const value = new RegExp(`\`${escaped(name)}: ([^\`]+)\``).exec(text)?.[1];
  assert.ok(value !== undefined, `no value for ${name}: ${text}`);
  return JSON.parse(value.replace(/([{,]\s*)(\w+):/g, '$1"$2":')) as T;
}

/** The command of this program that a text proposes in backticks, as the words that a shell would make of it. */
export function proposedCommand(said: Said, program: string): string[] {
  const text = textOf(said);
  const command = new RegExp(`\`(${escaped(program)}( [^\`]+)?)\``).exec(text)?.[1];
  assert.ok(command !== undefined, `no command of ${program}: ${text}`);
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, word]) => double ?? single ?? word ?? "",
  );
}

/** An input, flag or variable that a text names without a value. The test has to choose one. */
export function proposedName<Name extends string>(said: Said, name: Name): Name {
  const text = textOf(said);
  const isVariable = /^[A-Z_]+$/.test(name);
  const pattern = isVariable ? `\\b${name}\\b` : `\`${escaped(name)}(: [^\`]+)?\``;
  assert.match(text, new RegExp(pattern), `${name} is not named`);
  return name;
}

/** All code that a text has in backticks. */
export function proposedCode(said: Said): string[] {
  return [...textOf(said).matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The text after "Did you mean". */
export function meant(said: Said): string {
  const text = textOf(said);
  const found = /Did you mean "([^"]+)"\?/.exec(text)?.[1];
  assert.ok(found !== undefined, text);
  return found;
}

function textOf(said: Said): string {
  return typeof said === "string" ? said : `${said.message}\n${said.hint ?? ""}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
