import { isBuiltinName } from "./builtinNames.js";
import { blockLines, isNeverRun } from "../pythonImports.js";
import { lineOf, type SyntaxRead } from "../pythonSyntax.js";
import type { LogicalLine, Token } from "../pythonTokens.js";

/** A name that fails with a NameError, where it is read. */
export interface UnboundName {
  readonly name: string;
  /** In the source, from 1. */
  readonly line: number;
  /** never: nothing in the module binds it · late: only what runs afterwards does · unread: only what never runs. */
  readonly why: "never" | "late" | "unread";
}

/**
 * Names that are read and that nothing binds: when the module is loaded, nothing in front of them; in functions and
 * blocks, nothing in the whole module, in whatever scope. Not for modules that make names in other ways.
 */
export function unboundNames(
  source: string,
  read: SyntaxRead,
  bound: readonly ReadonlySet<string>[],
  minor: number,
): UnboundName[] {
  const { lines, statements } = read;
  if (statements.length < lines.length) return [];
  const { dead, everywhere, unread, anyTime, inClasses } = bindingsOf(read, bound);
  const [guarded, blocks] = [blockLines(lines, isGuarded), blockLines(lines, isBlock)];
  const isLazy = minor >= 14 || lines.some(({ tokens }) => isFutureAnnotations(tokens));
  const found = new Map<string, UnboundName>();
  const before = new Set<string>();
  let functionIndent = Infinity;
  lines.forEach(({ tokens, indent }, i) => {
    if (indent <= functionIndent) functionIndent = Infinity;
    const isInFunction = indent > functionIndent;
    const isHead = isFunctionHead(tokens);
    if (isHead && !isInFunction) functionIndent = indent;
    const isModule = statements[i]!.scope === "module" && !isInFunction;
    for (const { token, time } of dead.has(i) || guarded.has(i) ? [] : statements[i]!.reads) {
      const { text: name, at } = token;
      if (time === "annotation" && (isLazy || (isInFunction && !isHead))) continue;
      const isFirm = !isInFunction && time !== "later" && !blocks.has(i);
      const isBound = isFirm
        ? [before, bound[i]!, anyTime, ...(isModule ? [] : [inClasses])].some((names) => names.has(name))
        : everywhere.has(name);
      if (isBound || found.has(name) || isBuiltinName(name, minor)) continue;
      found.set(name, {
        name,
        line: lineOf(source, at),
        why: everywhere.has(name) ? "late" : unread.has(name) ? "unread" : "never",
      });
    }
    if (isModule && !dead.has(i)) for (const name of bound[i]!) before.add(name);
  });
  return [...found.values()];
}

function bindingsOf({ lines, statements }: SyntaxRead, bound: readonly ReadonlySet<string>[]) {
  const namesOf = (isWanted: (tokens: readonly Token[], i: number) => boolean) =>
    new Set(lines.flatMap(({ tokens }, i) => (isWanted(tokens, i) ? [...bound[i]!] : [])));
  const isOwnChecking = lines.some(({ tokens }, i) => bound[i]!.has("TYPE_CHECKING") && !isImport(tokens));
  const isDead = ({ tokens }: LogicalLine) => isNeverRun(tokens) && !isOwnChecking;
  const dead = blockLines(lines, (_, i) => isDead(lines[i]!));
  // Functions that only a script calls may use what the script binds.
  const unread = blockLines(lines, (_, i) => isDead(lines[i]!) && lines[i]!.tokens[1]?.text !== "__name__");
  return {
    dead,
    everywhere: namesOf((_, i) => !unread.has(i)),
    unread: namesOf((_, i) => unread.has(i)),
    anyTime: namesOf(([first]) => first?.text === "global"),
    inClasses: namesOf((_, i) => statements[i]!.scope === "class"),
  };
}

function isImport([first]: readonly Token[]): boolean {
  return first?.text === "import" || first?.text === "from";
}

function isFutureAnnotations(tokens: readonly Token[]): boolean {
  return tokens[1]?.text === "__future__" && tokens.some(({ text }) => text === "annotations");
}

function isFunctionHead([first, second]: readonly Token[]): boolean {
  return first?.text === "def" || (first?.text === "async" && second?.text === "def");
}

const blockWords = new Set("if elif else while for try except finally match case async".split(" "));

/** Whether it begins a block that may not run, or not as a whole. */
function isBlock(lines: readonly LogicalLine[], at: number): boolean {
  const { tokens } = lines[at]!;
  return blockWords.has(tokens[0]?.text ?? "") && !isFunctionHead(tokens);
}

const nameErrors = new Set(["NameError", "AttributeError", "Exception", "BaseException", "StandardError"]);

/** Whether a missing name in the block is expected. */
function isGuarded(lines: readonly LogicalLine[], at: number): boolean {
  const { tokens, indent } = lines[at]!;
  const isNamed = (some: readonly Token[]) => some.some(({ text }) => nameErrors.has(text));
  if (tokens[0]?.text === "with") return tokens.some(({ text }) => text === "suppress") && isNamed(tokens);
  if (tokens[0]?.text !== "try") return false;
  for (const { indent: next, tokens: head } of lines.slice(at + 1)) {
    if (next > indent) continue;
    if (next < indent || !["except", "else", "finally"].includes(head[0]?.text ?? "")) return false;
    if (head[0]!.text === "except" && (head[1]?.text === ":" || isNamed(head))) return true;
  }
  return false;
}
