import { readLogicalLines, TokenError, type LogicalLine } from "./pythonTokens.js";
import { encodingProblem } from "./sourceEncoding.js";
import { Statements, type BlockHead, type Scope } from "./pythonStatements.js";
import { SyntaxProblem, type NameRead } from "./tokenCursor.js";

/** The newest Python whose grammar is known here. */
const NEWEST_MINOR = 14;

/** Which statements may stand in front of one that goes on with them. */
const before: Readonly<Record<string, readonly string[]>> = {
  elif: ["if", "elif"],
  else: ["if", "elif", "for", "while", "except"],
  except: ["try", "except"],
  finally: ["try", "except", "else of try"],
};

interface Block {
  readonly indent: number;
  readonly narrowIndent: number;
  readonly scope: Scope;
  readonly isMatch: boolean;
  /** What the last statement of the block began with. */
  last: string;
}

export interface ReadStatement {
  readonly scope: Scope["kind"];
  readonly reads: readonly NameRead[];
}

export interface SyntaxRead {
  /** As far as the source could be read. */
  readonly lines: readonly LogicalLine[];
  /** Where each line stands, and the names in it. Fewer where the source was not understood. */
  readonly statements: readonly ReadStatement[];
  readonly error?: { readonly line: number; readonly message: string };
}

/**
 * The source's lines, and the first syntax error that Python 3.`minor` would report for them. Its grammar is
 * ours: no interpreter of that version may be here, an older one knows less than the function's, and none would be as
 * fast. Errors that only the compiler's later stages know, such as names that are both global and parameters, are not
 * found; what cannot be judged is not reported.
 */
export function readSyntax(source: string, minor: number): SyntaxRead {
  const nothing = source.indexOf("\0");
  if (nothing !== -1)
    return {
      ...{ lines: [], statements: [] },
      error: { line: lineOf(source, nothing), message: "a null byte, as in UTF-16: save it as UTF-8" },
    };
  const encoding = encodingProblem(source);
  if (encoding !== undefined) return { lines: [], statements: [], error: { line: 1, message: encoding } };
  let lines: readonly LogicalLine[] = [];
  try {
    lines = readLogicalLines(source);
    const blocks = new Blocks(minor);
    if (minor <= NEWEST_MINOR) blocks.read(lines);
    return { lines, statements: blocks.statements };
  } catch (error) {
    // Nested deeper than our own stack.
    if (error instanceof RangeError) return { lines, statements: [] };
    if (error instanceof SyntaxProblem)
      return { lines, statements: [], error: { line: lineOf(source, error.at), message: error.message } };
    if (!(error instanceof TokenError)) throw error;
    const read = { lines, statements: [] };
    return minor > NEWEST_MINOR ? read : { ...read, error: { line: error.line, message: error.message } };
  }
}

/** The line of a place in the source, from 1. */
export function lineOf(source: string, at: number): number {
  return source
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .slice(0, at)
    .split("\n").length;
}

class Blocks {
  readonly statements: ReadStatement[] = [];
  private readonly blocks: Block[] = [];
  private opened: BlockHead | undefined;

  constructor(private readonly minor: number) {
    this.push({ indent: 0, narrowIndent: 0 }, { kind: "module", isLoop: false }, false);
  }

  read(lines: readonly LogicalLine[]): void {
    let isAfterFuture = true;
    for (const line of lines) {
      this.indentation(line);
      const isFuture = line.tokens[0]!.text === "from" && line.tokens[1]?.text === "__future__";
      if (isFuture && !isAfterFuture) fail(line, "from __future__ imports must be at the beginning of the file");
      isAfterFuture &&= isFuture || line.tokens.every(({ kind }) => kind === "string");
      this.statement(line);
    }
    const last = lines.at(-1);
    if (last === undefined) return;
    if (this.opened !== undefined) fail(last, `expected an indented block after ${this.opened.word}`);
    for (const block of this.blocks) leave(block, last);
  }

  private indentation(line: LogicalLine): void {
    const { indent, narrowIndent } = line;
    let top = this.blocks.at(-1)!;
    if (this.opened !== undefined) {
      const { word, scope } = this.opened;
      if (indent <= top.indent) fail(line, `expected an indented block after ${word}`);
      if (narrowIndent <= top.narrowIndent) fail(line, "tabs and spaces are mixed in the indentation");
      return this.push(line, scope, word === "match");
    }
    if (indent > top.indent) fail(line, "unexpected indent");
    while (indent < top.indent) {
      leave(top, line);
      this.blocks.pop();
      top = this.blocks.at(-1)!;
    }
    if (indent !== top.indent) fail(line, "this line is indented like none above it");
    if (narrowIndent !== top.narrowIndent) fail(line, "tabs and spaces are mixed in the indentation");
  }

  private push({ indent, narrowIndent }: Pick<LogicalLine, "indent" | "narrowIndent">, scope: Scope, isMatch: boolean) {
    this.blocks.push({ indent, narrowIndent, scope, isMatch, last: "" });
  }

  private statement(line: LogicalLine): void {
    const top = this.blocks.at(-1)!;
    const [first, second] = line.tokens;
    const word = first!.kind === "name" ? first!.text : "";
    const isDefinition =
      word === "def" || word === "class" || first!.text === "@" || (word === "async" && second?.text === "def");
    if (top.last === "@" && !isDefinition) fail(line, "a decorator must be followed by a function or class");
    if (Object.hasOwn(before, word)) {
      if (!before[word]!.includes(top.last)) fail(line, `unexpected ${word}`);
    } else if (top.last !== "@") leave(top, line);
    const statements = new Statements(line.tokens, this.minor, top.scope);
    const head = statements.line(top.isMatch);
    this.statements.push({ scope: top.scope.kind, reads: statements.reads });
    this.opened = head?.isComplete === false ? head : undefined;
    const isElseOfTry = head?.word === "else" && top.last === "except";
    top.last = isElseOfTry ? "else of try" : (head?.word ?? "");
  }
}

function leave({ last }: Block, line: LogicalLine): void {
  if (last === "try") fail(line, "expected except or finally after try");
  if (last === "@") fail(line, "a decorator must be followed by a function or class");
}

function fail({ tokens }: LogicalLine, message: string): never {
  throw new SyntaxProblem(message, tokens[0]!.at);
}
