import { readLogicalLines, type Token } from "./pythonTokens.js";
import { splitAt } from "./tokenLists.js";

const functions = new Set(["globals", "exec", "eval", "setattr", "vars", "locals"]);

/**
 * Whether the token can change the module's namespace, or what a star import takes from it, without a visible
 * binding. Objects' own attributes are none of the module's. `isInside`: in a function or class.
 */
export function changesNames(tokens: readonly Token[], at: number, isInside: boolean): boolean {
  const { kind, text } = tokens[at]!;
  if (kind !== "name") return false;
  const [owner, before, next] = [tokens[at - 2]?.text, tokens[at - 1]?.text, tokens[at + 1]?.text];
  // Of enumerations: it copies their members into the module.
  if (text === "_convert_") return before === ".";
  if (text === "__all__") return next === ".";
  if (text === "__dict__" || text === "f_globals") return before === "." && !isObject(owner);
  if (text === "modules") return before === "." ? !isObject(owner) && next !== "(" : tokens[0]!.text === "from";
  if (!functions.has(text) || before === "def") return false;
  if (before === ".") return owner === "builtins";
  if (text === "locals") return !isInside;
  return !((text === "setattr" || text === "vars") && next === "(" && isObject(tokens[at + 2]?.text));
}

function isObject(name: string | undefined): boolean {
  return name === "self" || name === "cls";
}

/** Whether the word is in a string of the source that is no docstring: `globals()["handler"]`. Throws TokenError. */
export function quotes(source: string, word: string): boolean {
  const isQuoted = ({ kind, text }: Token) => kind === "string" && wordsOf(text).includes(word);
  return readLogicalLines(source).some(({ tokens }) => tokens.length > 1 && tokens.some(isQuoted));
}

/** Whether the source sets an attribute of this name of something else than `self`. Throws TokenError. */
export function setsAttribute(source: string, name: string): boolean {
  return readLogicalLines(source).some(({ tokens }) =>
    tokens.some(({ kind, text }, i) => {
      const [owner, before, next] = [tokens[i - 2]?.text, tokens[i - 1]?.text, tokens[i + 1]?.text];
      if (kind === "name" && text === name)
        return before === "." && !isObject(owner) && (next === "=" || next === ":" || next === ",");
      if (text !== "setattr" && text !== "__dict__" && text !== "vars" && text !== "f_globals") return false;
      if (!changesNames(tokens, i, true)) return false;
      // The name that is set; else all strings behind it.
      const [, named] = text === "setattr" ? splitAt(tokens.slice(i + 2), ",") : [];
      const words = (named ?? tokens.slice(i)).filter((one) => one.kind === "string");
      return words.length === 0 || words.some((one) => wordsOf(one.text).includes(name));
    }),
  );
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{ID_Continue}]+/gu) ?? [];
}
