import { readLogicalLines, TokenError, type Token } from "./pythonTokens.js";

/** One import statement, at any depth of the module. */
export interface Import {
  /** Dots in front: 0 for an absolute import. */
  readonly level: number;
  /** `a.b`; empty in `from . import c`. */
  readonly module: string;
  /** What is imported from it. */
  readonly names: readonly string[];
}

/** The imports of a module. Empty if the source cannot be parsed. */
export function importsOf(source: string): Import[] {
  try {
    return readLogicalLines(source).flatMap(({ tokens }) => statements(tokens).flatMap(importsIn));
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return [];
  }
}

/** Parts of a line that may be statements of their own: `try: import x; import y`. */
function statements(tokens: readonly Token[]): (readonly Token[])[] {
  const starts = tokens.flatMap((_, i) => (i === 0 || [";", ":"].includes(tokens[i - 1]!.text) ? [i] : []));
  return starts.map((start, i) => tokens.slice(start, starts[i + 1]));
}

function importsIn(tokens: readonly Token[]): Import[] {
  const [first] = tokens;
  if (first?.kind !== "name") return [];
  const rest = tokens.slice(1).filter(({ text }) => !["(", ")", ";", ":"].includes(text));
  if (first.text === "import")
    return splitAtCommas(rest).map((part) => ({ level: 0, module: dotted(part), names: [] }));
  const middle = rest.findIndex(({ kind, text }) => kind === "name" && text === "import");
  if (first.text !== "from" || middle === -1) return [];
  const from = rest.slice(0, middle);
  const name = from.findIndex(({ kind }) => kind === "name");
  const dots = (name === -1 ? from : from.slice(0, name)).map(({ text }) => text).join("");
  const names = splitAtCommas(rest.slice(middle + 1)).flatMap(([one]) => (one === undefined ? [] : [one.text]));
  return [{ level: dots.length, module: name === -1 ? "" : dotted(from.slice(name)), names }];
}

/** Up to `as`. */
function dotted(tokens: readonly Token[]): string {
  const as = tokens.findIndex(({ text }) => text === "as");
  return (as === -1 ? tokens : tokens.slice(0, as)).map(({ text }) => text).join("");
}

function splitAtCommas(tokens: readonly Token[]): (readonly Token[])[] {
  const parts: Token[][] = [[]];
  for (const token of tokens)
    if (token.text === ",") parts.push([]);
    else parts.at(-1)!.push(token);
  return parts.filter((part) => part.length > 0);
}
