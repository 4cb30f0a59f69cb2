import { greedyMatch } from "./greedyMatch.js";

/**
 * Wildcards: `*` is any run of characters, `?` any one character, `[a-z]` `[!a-z]` `[^a-z]` one of a set, and `\`
 * makes the next character literal. No regular expressions: the time is at most the product of both lengths, whatever
 * the pattern.
 */
export type Wildcard = readonly Token[];

type Token =
  | { readonly kind: "star" }
  | { readonly kind: "any" }
  | { readonly kind: "literal"; readonly char: string }
  | { readonly kind: "set"; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

/** Never fails: an unclosed bracket is literal. */
export function compileWildcard(pattern: string): Wildcard {
  const chars = [...pattern];
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (char === "?") tokens.push({ kind: "any" });
    else if (char === "\\" && i + 1 < chars.length) tokens.push({ kind: "literal", char: chars[++i]! });
    else if (char === "[") {
      const set = readSet(chars, i);
      tokens.push(set?.token ?? { kind: "literal", char });
      if (set !== undefined) i = set.end;
    } else tokens.push({ kind: "literal", char });
  }
  return tokens;
}

function readSet(chars: readonly string[], start: number): { token: Token; end: number } | undefined {
  let i = start + 1;
  const negated = chars[i] === "!" || chars[i] === "^";
  if (negated) i++;
  const end = chars.indexOf("]", i + 1); // a bracket right after the opening one is a member of the set
  if (end === -1) return undefined;
  const ranges: [string, string][] = [];
  while (i < end) {
    const from = chars[i]!;
    const isRange = chars[i + 1] === "-" && i + 2 < end;
    ranges.push([from, isRange ? chars[i + 2]! : from]);
    i += isRange ? 3 : 1;
  }
  return { token: { kind: "set", negated, ranges }, end };
}

export function wildcardMatches(wildcard: Wildcard, text: string): boolean {
  return greedyMatch(wildcard, [...text], (token) => token.kind === "star", takes);
}

function takes(token: Token, char: string): boolean {
  switch (token.kind) {
    case "literal":
      return token.char === char;
    case "set":
      return token.ranges.some(([from, to]) => from <= char && char <= to) !== token.negated;
    default:
      return true;
  }
}
