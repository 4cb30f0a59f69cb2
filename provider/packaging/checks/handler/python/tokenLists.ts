import type { Token } from "./pythonTokens.js";

/** Parts between a separator outside of brackets. */
export function splitAt(tokens: readonly Token[], separator: string): (readonly Token[])[] {
  const parts: (readonly Token[])[] = [];
  let rest = tokens;
  for (;;) {
    const end = indexAtTop(rest, (token) => token.text === separator && token.kind === "operator");
    if (end === -1) return [...parts, rest];
    parts.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
}

/** Index of the first token outside of brackets that is wanted; -1 if there is none. */
export function indexAtTop(tokens: readonly Token[], wanted: (token: Token) => boolean): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    if (token.kind !== "operator") return depth === 0 && wanted(token);
    if (depth === 0 && wanted(token)) return true;
    if (["(", "[", "{"].includes(token.text)) depth++;
    else if ([")", "]", "}"].includes(token.text)) depth--;
    return false;
  });
}

/** Index of the colon that ends a block's head: outside of brackets and not a lambda's. */
export function headerEnd(tokens: readonly Token[]): number {
  let lambdas = 0;
  return indexAtTop(tokens, (token) => {
    if (token.kind === "name" && token.text === "lambda") lambdas++;
    return token.text === ":" && token.kind === "operator" && lambdas-- === 0;
  });
}

export function beforeAnnotation(tokens: readonly Token[]): readonly Token[] {
  const colon = indexAtTop(tokens, (token) => token.text === ":");
  return colon === -1 ? tokens : tokens.slice(0, colon);
}

export function upToComma(tokens: readonly Token[]): readonly Token[] {
  const end = indexAtTop(tokens, (token) => token.text === ",");
  return end === -1 ? tokens : tokens.slice(0, end);
}
