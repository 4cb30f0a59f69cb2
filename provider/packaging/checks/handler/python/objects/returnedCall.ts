import { assignedValue } from "../pythonFunctions.js";
import type { LogicalLine, Token } from "../pythonTokens.js";
import { boundNames } from "../unbound/pythonBindings.js";

/**
 * What a function calls to make all that it returns, in parts: `app = flask.Flask(__name__)` and `return app`. Undefined
 * for what only Python can tell.
 */
export function returnedCall(head: readonly Token[], body: readonly LogicalLine[]): readonly string[] | undefined {
  const lines = withoutInner(body);
  if (lines.some(({ tokens }) => tokens.some(isOneOf(["yield", "global", "nonlocal"])))) return undefined;
  const returns = lines.filter(({ tokens }) => tokens.some(isOneOf(["return"])));
  const values = returns.map(({ tokens }) =>
    tokens[0]!.text === "return" ? assignedValue(tokens.slice(1)) : undefined,
  );
  const [value] = values;
  const isOne = values.every((one) => JSON.stringify(one) === JSON.stringify(value));
  if (value === undefined || !isOne) return undefined;
  const made = value.kind === "name" && value.parts.length === 1 ? lastValue(value.parts[0]!, lines) : value;
  if (made?.kind !== "call" || made.attribute !== undefined) return undefined;
  // A parameter or a local name may be anything.
  const [first = ""] = made.parts;
  const arrow = head.findIndex(({ text }) => text === "->");
  const parameters = head.slice(0, arrow === -1 ? undefined : arrow);
  const isLocal =
    parameters.some(({ text }) => text === first) || lines.some(({ tokens }) => boundNames(tokens).has(first));
  return isLocal ? undefined : made.parts;
}

/** The value of a name that one statement binds. */
function lastValue(name: string, lines: readonly LogicalLine[]): ReturnType<typeof assignedValue> {
  const binding = lines.filter(({ tokens }) => boundNames(tokens).has(name));
  const [only] = binding;
  if (only === undefined || binding.length > 1 || only.tokens[0]!.text !== name) return undefined;
  const equals = only.tokens.findIndex(({ text }) => text === "=");
  return assignedValue(only.tokens.slice(equals + 1));
}

/** Without the functions and classes in it. */
function withoutInner(body: readonly LogicalLine[]): readonly LogicalLine[] {
  let nested = Infinity;
  return body.filter(({ tokens, indent }) => {
    if (indent > nested) return false;
    nested = Infinity;
    const word = tokens[tokens[0]!.text === "async" ? 1 : 0]?.text;
    if (word === "def" || word === "class") nested = indent;
    return nested === Infinity;
  });
}

function isOneOf(words: readonly string[]): (token: Token) => boolean {
  return ({ kind, text }) => kind === "name" && words.includes(text);
}
