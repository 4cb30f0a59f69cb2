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

/**
 * Whether a module that creates names spells this one where it may create it: in a string that is no docstring
 * (`globals()["handler"]`), as an attribute of something else than `self` (`sys.modules[__name__].handler = run`), or as
 * a keyword (`vars().update(handler=run)`). Throws TokenError.
 */
export function spells(source: string, name: string): boolean {
  return readLogicalLines(source).some(({ tokens }) =>
    tokens.some(({ kind, text }, i) => {
      if (kind === "string") return tokens.length > 1 && wordsOf(text).includes(name);
      if (kind !== "name" || text !== name) return false;
      return isSetAttribute(tokens, i) || (tokens[i + 1]?.text === "=" && isKeyOfMap(tokens.slice(0, i)));
    }),
  );
}

/** Whether these tokens end in the arguments of `update(` or `dict(`. */
function isKeyOfMap(before: readonly Token[]): boolean {
  if (!/^[(,]$/.test(before.at(-1)?.text ?? "")) return false;
  let depth = 0;
  for (let at = before.length - 1; at >= 0; at--) {
    const { kind, text } = before[at]!;
    if (kind === "operator" && /^[)\]}]$/.test(text)) depth++;
    if (kind === "operator" && /^[([{]$/.test(text) && depth-- === 0)
      return /^(update|dict)$/.test(before[at - 1]?.text ?? "");
  }
  return false;
}

/** `app.handler =`, also among several targets. */
function isSetAttribute(tokens: readonly Token[], at: number): boolean {
  const [owner, before, next] = [tokens[at - 2]?.text, tokens[at - 1]?.text, tokens[at + 1]?.text];
  return before === "." && !isObject(owner) && (next === "=" || next === ":" || next === ",");
}

/** Whether the source sets an attribute of this name of something else than `self`. Throws TokenError. */
export function setsAttribute(source: string, name: string): boolean {
  return readLogicalLines(source).some(({ tokens }) =>
    tokens.some(({ kind, text }, i) => {
      if (kind === "name" && text === name) return isSetAttribute(tokens, i);
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
