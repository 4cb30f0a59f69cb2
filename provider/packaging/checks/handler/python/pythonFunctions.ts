import type { Token } from "./pythonTokens.js";
import { indexAtTop, splitAt } from "./tokenLists.js";

/** Why a function fails when it is called with an event and a context, as the runtime calls a handler. */
export type Unfit =
  | { readonly kind: "coroutine" | "generator" | "async generator" }
  /** It takes fewer than two positional arguments: these. */
  | { readonly kind: "few"; readonly parameters: readonly string[] }
  /** It needs further arguments: these. */
  | { readonly kind: "more"; readonly parameters: readonly string[] };

/** A function's head, from `def` on. Undefined if it can be called with an event and a context. */
export function unfitHead(tokens: readonly Token[], isAsync: boolean): Unfit | undefined {
  const { positional, required, isOpen, keywords } = parametersOf(tokens);
  const further = [...required.slice(2), ...keywords];
  if (further.length > 0) return { kind: "more", parameters: further };
  if (positional.length < 2 && !isOpen) return { kind: "few", parameters: positional };
  return isAsync ? { kind: "coroutine" } : undefined;
}

/** What an assignment gives a name. Undefined for what only Python can tell. */
export type AssignedValue =
  /** `impl.run`, in parts. */
  | { readonly kind: "name"; readonly parts: readonly string[] }
  /** `what` says it in a sentence: "a string". `words`: all items of a list are these plain strings. */
  | { readonly kind: "literal"; readonly what: string; readonly words?: readonly string[] }
  /** `Class(x)`, or `Class(x).method`. */
  | { readonly kind: "call"; readonly parts: readonly string[]; readonly attribute?: string }
  | { readonly kind: "lambda"; readonly unfit: Unfit | undefined };

const brackets: Readonly<Record<string, readonly [close: string, what: string]>> = {
  "[": ["]", "a list"],
  "{": ["}", "a dict or a set"],
};

export function assignedValue(tokens: readonly Token[]): AssignedValue | undefined {
  const [first, ...more] = tokens;
  if (first === undefined) return undefined;
  if (first.kind === "name" && first.text === "lambda") return lambdaOf(first, more);
  const inner = insideParentheses(tokens);
  if (inner !== undefined && inner.length > 0 && !hasComma(inner)) return assignedValue(inner);
  if (inner !== undefined || hasComma(tokens)) return { kind: "literal", what: "a tuple", ...wordsIn(inner ?? tokens) };
  const what = plainValue(tokens);
  if (what !== undefined) return { kind: "literal", what };
  const [close, collection] = brackets[first.text] ?? [];
  const end = indexAtTop(more, ({ text }) => text === close);
  if (collection !== undefined && end === more.length - 1)
    return { kind: "literal", what: collection, ...(first.text === "[" && wordsIn(more.slice(0, -1))) };
  const parts = dottedParts(tokens);
  return parts === undefined ? callOf(tokens) : { kind: "name", parts };
}

function dottedParts(tokens: readonly Token[]): readonly string[] | undefined {
  const isDotted = tokens.every(({ kind, text }, i) => (i % 2 === 0 ? kind === "name" : text === "."));
  if (!isDotted || tokens.length % 2 === 0) return undefined;
  return tokens.filter(({ kind }) => kind === "name").map(({ text }) => text);
}

function callOf(tokens: readonly Token[]): AssignedValue | undefined {
  const open = tokens.findIndex(({ text }) => text === "(");
  const parts = open > 0 ? dottedParts(tokens.slice(0, open)) : undefined;
  const inside = tokens.slice(open + 1);
  const close = indexAtTop(inside, ({ text }) => text === ")");
  const [dot, attribute, ...more] = inside.slice(close + 1);
  if (parts === undefined || close === -1 || more.length > 0) return undefined;
  if (dot === undefined) return { kind: "call", parts };
  return dot.text === "." && attribute?.kind === "name"
    ? { kind: "call", parts, attribute: attribute.text }
    : undefined;
}

function lambdaOf(first: Token, more: readonly Token[]): AssignedValue | undefined {
  const colon = indexAtTop(more, ({ text }) => text === ":");
  const bracket = (text: string): Token => ({ kind: "operator", text, at: first.at });
  const head = [first, first, bracket("("), ...more.slice(0, Math.max(colon, 0)), bracket(")")];
  return colon === -1 ? undefined : { kind: "lambda", unfit: unfitHead(head, false) };
}

const constants = new Set(["None", "True", "False"]);
const arithmetic = new Set(["+", "-", "*", "/", "//", "%", "**"]);

/** `"a" + x`, `1 + 2`, `None`: what it is, in a sentence. */
function plainValue(tokens: readonly Token[]): string | undefined {
  const [first, second] = tokens;
  const isAlone = second === undefined;
  if (isAlone && constants.has(first!.text)) return first!.text;
  if (isAlone && first!.text === "...") return "Ellipsis";
  if (tokens.every(({ kind, text }) => kind === "number" || arithmetic.has(text))) return "a number";
  const isChosen = tokens.some(({ text }) => ["if", "and", "or"].includes(text));
  const isText = isAlone || second.kind === "string" || second.text === "+" || second.text === "%";
  return first!.kind === "string" && isText && !isChosen ? "a string" : undefined;
}

/** What is in the parentheses around all of it. */
function insideParentheses([first, ...more]: readonly Token[]): readonly Token[] | undefined {
  const end = first?.text === "(" ? indexAtTop(more, ({ text }) => text === ")") : -1;
  return end !== -1 && end === more.length - 1 ? more.slice(0, -1) : undefined;
}

/** Outside of brackets, and of the parameters of a lambda. */
function hasComma(tokens: readonly Token[]): boolean {
  const first = indexAtTop(tokens, ({ text }) => text === "," || text === "lambda");
  return tokens[first]?.text === ",";
}

function wordsIn(tokens: readonly Token[]): { readonly words: readonly string[] } | undefined {
  const parts = splitAt(tokens, ",").filter((part) => part.length > 0);
  const words = parts.map(([first, ...more]) =>
    more.length > 0 ? undefined : /^(["'])(\w+)\1$/.exec(first!.text)?.[2],
  );
  const known = words.filter((word) => word !== undefined);
  return known.length === parts.length ? { words: known } : undefined;
}

interface Parameters {
  readonly positional: readonly string[];
  /** Those of them without a default. */
  readonly required: readonly string[];
  /** Whether there is `*args`. */
  readonly isOpen: boolean;
  /** Keyword-only parameters without a default. */
  readonly keywords: readonly string[];
}

function parametersOf(tokens: readonly Token[]): Parameters {
  // After the name, and behind type parameters.
  const rest = tokens.slice(2);
  const open = indexAtTop(rest, (token) => token.text === "(");
  const inside = open === -1 ? [] : rest.slice(open + 1);
  const close = indexAtTop(inside, (token) => token.text === ")");
  const positional: string[] = [];
  const required: string[] = [];
  const keywords: string[] = [];
  let star: "none" | "bare" | "args" = "none";
  for (const part of splitAt(inside.slice(0, close === -1 ? undefined : close), ",")) {
    const [first, second] = part;
    if (first === undefined || first.text === "/" || first.text === "**") continue;
    if (first.text === "*") {
      star = second === undefined ? "bare" : "args";
      continue;
    }
    const hasDefault = splitAt(part, "=").length > 1;
    if (star === "none") positional.push(first.text);
    if (!hasDefault) (star === "none" ? required : keywords).push(first.text);
  }
  return { positional, required, isOpen: star === "args", keywords };
}
