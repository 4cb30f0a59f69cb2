import type { Token } from "../pythonTokens.js";

/**
 * Names that the statements of a logical line may bind, in whatever scope: rather too many than too few.
 */
export function boundNames(tokens: readonly Token[]): Set<string> {
  const bound = new Set<string>();
  collect(tokens, bound);
  return bound;
}

/** Statements that bind all their names in one way. */
const listed = new Set(["global", "nonlocal", "case"]);

function collect(tokens: readonly Token[], bound: Set<string>): void {
  const add = (token: Token | undefined) => token?.kind === "name" && bound.add(token.text);
  let depth = 0;
  /** Where the statement, or the target of an assignment, begins. */
  let start = 0;
  let isAnnotation = false;
  const word = tokens[tokens[0]?.text === "async" ? 1 : 0]?.text ?? "";
  if (word === "def" || word === "class") return definition(tokens, bound);
  tokens.forEach((token, i) => {
    for (const field of token.fields ?? []) collect(field, bound);
    const { kind, text } = token;
    if (kind === "operator") {
      if ("([{".includes(text)) depth++;
      else if (")]}".includes(text)) depth--;
      else if (text === ":=") add(tokens[i - 1]);
      if (depth > 0) return;
      if (text === ":") {
        const isTarget = i === start + 1 && !/^(else|try|finally|except|lambda)$/.test(tokens[start]!.text);
        if (isTarget) add(tokens[start]);
        isAnnotation = isTarget;
        start = i + 1;
      } else if (text === ";") {
        isAnnotation = false;
        start = i + 1;
      } else if (/^[^=!<>:]*=$/.test(text)) {
        if (!isAnnotation) targets(tokens.slice(start, i), bound);
        isAnnotation = false;
        start = i + 1;
      }
      return;
    }
    if (kind !== "name") return;
    if (text === "lambda") parameters(tokens.slice(i + 1), ":", bound);
    else if (text === "for") targets(upTo(tokens.slice(i + 1), "in"), bound);
    else if (text === "as") asTarget(tokens.slice(i + 1), bound);
    else if (i !== start) return;
    else if (text === "import" || text === "from") imported(upTo(tokens.slice(i), ";"), bound);
    else if (text === "type") add(tokens[i + 1]);
    else if (listed.has(text)) targets(tokens.slice(i + 1), bound);
  });
  // `type X[T] = ...`
  if (tokens[0]?.text === "type" && tokens[2]?.text === "[") parameters(tokens.slice(3), "]", bound);
}

function definition(tokens: readonly Token[], bound: Set<string>): void {
  const at = tokens[0]?.text === "async" ? 2 : 1;
  bound.add(tokens[at]?.text ?? "");
  let next = at + 1;
  if (tokens[next]?.text === "[") next += parameters(tokens.slice(next + 1), "]", bound) + 2;
  const isFunction = tokens[at - 1]?.text === "def";
  if (isFunction) next += parameters(tokens.slice(next + 1), ")", bound) + 2;
  collect(tokens.slice(next), bound);
}

/** Names of parameters. The index of what ends them. */
function parameters(tokens: readonly Token[], end: string, bound: Set<string>): number {
  let depth = 0;
  for (const [i, { kind, text }] of tokens.entries()) {
    if (depth === 0 && text === end && kind === "operator") return i;
    if (kind === "operator" && "([{".includes(text)) depth++;
    else if (kind === "operator" && ")]}".includes(text)) depth--;
    else if (depth === 0 && kind === "name" && (i === 0 || [",", "*", "**"].includes(tokens[i - 1]!.text)))
      bound.add(text);
    else if (kind === "name" && text === "lambda") parameters(tokens.slice(i + 1), ":", bound);
    else if (kind === "name" && text === "for") targets(upTo(tokens.slice(i + 1), "in"), bound);
    else if (text === ":=") bound.add(tokens[i - 1]!.text);
  }
  return tokens.length;
}

/** All names that are no attribute, and nothing that is called or indexed. */
function targets(tokens: readonly Token[], bound: Set<string>): void {
  tokens.forEach(({ kind, text }, i) => {
    if (kind !== "name" || tokens[i - 1]?.text === "." || [".", "(", "["].includes(tokens[i + 1]?.text ?? "")) return;
    bound.add(text);
  });
}

function asTarget(tokens: readonly Token[], bound: Set<string>): void {
  const [first] = tokens;
  if (first?.kind === "name") bound.add(first.text);
  else if (first?.text === "(" || first?.text === "[") targets(tokens, bound);
}

/** `import a.b` binds `a`. */
function imported(tokens: readonly Token[], bound: Set<string>): void {
  const start = tokens.findIndex(({ kind, text }) => kind === "name" && text === "import");
  // In a package, `from .a import b` also binds `a`.
  if (tokens[1]?.text === ".") bound.add(tokens[2]!.text);
  tokens.forEach(({ kind, text }, i) => {
    if (i <= start || kind !== "name" || !["import", "(", ","].includes(tokens[i - 1]!.text)) return;
    const as = tokens.slice(i).findIndex((one) => [",", ")", "as"].includes(one.text));
    if (tokens[i + as]?.text !== "as" || as === -1) bound.add(text);
  });
}

function upTo(tokens: readonly Token[], end: string): readonly Token[] {
  const at = tokens.findIndex(({ text }) => text === end);
  return at === -1 ? tokens : tokens.slice(0, at);
}
