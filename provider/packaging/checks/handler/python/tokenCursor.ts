import type { Token } from "./pythonTokens.js";

/** Source that no CPython of the function's version compiles. `at` is the place in the source. */
export class SyntaxProblem extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/**
 * When the value of a name is needed. now: with the statement · later: in a lambda or a function's body on the same
 * line · annotation: never where annotations are not evaluated.
 */
export type ReadTime = "now" | "later" | "annotation";

/** A name in an expression, or one that an assignment binds. */
export interface NameRead {
  readonly token: Token;
  readonly time: ReadTime;
}

const keywords = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global " +
    "if import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** CPython's own limit of brackets in brackets. */
const MAX_DEPTH = 200;

/** Reads the tokens of one logical line. */
export class TokenCursor {
  /** Names that were read so far. */
  reads: NameRead[] = [];
  protected time: ReadTime = "now";
  protected position = 0;
  private depth = 0;

  constructor(
    protected readonly tokens: readonly Token[],
    /** Of the function's Python: 12 for 3.12. */
    readonly minor: number,
  ) {}

  get next(): Token | undefined {
    return this.tokens[this.position];
  }

  get second(): Token | undefined {
    return this.tokens[this.position + 1];
  }

  is(...texts: readonly string[]): boolean {
    return this.next !== undefined && texts.includes(this.next.text);
  }

  isNamed(): boolean {
    return isNamed(this.next);
  }

  accept(text: string): boolean {
    if (this.next?.text !== text) return false;
    this.position++;
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`expected "${text}"`);
  }

  /** An identifier. */
  name(): string {
    if (!this.isNamed()) this.unexpected();
    return this.tokens[this.position++]!.text;
  }

  end(): void {
    if (this.next !== undefined) this.unexpected();
  }

  unexpected(): never {
    const { next } = this;
    // Strings may hold secrets.
    this.fail(`unexpected ${next === undefined ? "end of the line" : next.kind === "string" ? "string" : next.text}`);
  }

  fail(message: string, token = this.next ?? this.tokens.at(-1)): never {
    throw new SyntaxProblem(message, token?.at ?? 0);
  }

  needs(minor: number, what: string): void {
    if (this.minor < minor)
      this.fail(
        `${what} need Python 3.${minor}, and the function's is 3.${this.minor}`,
        this.tokens[this.position - 1],
      );
  }

  /** Reads what is evaluated at that time. */
  at<T>(time: ReadTime, read: () => T): T {
    const outer = this.time;
    if (outer !== "annotation") this.time = time;
    const result = read();
    this.time = outer;
    return result;
  }

  /** The names from there on are needed later. */
  runsLater(from: number): void {
    for (let i = from; i < this.reads.length; i++) {
      const one = this.reads[i]!;
      if (one.time === "now") this.reads[i] = { ...one, time: "later" };
    }
  }

  protected nested<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) this.fail("too many nested parentheses");
    const result = read();
    this.depth--;
    return result;
  }
}

/** Whether it is an identifier. */
export function isNamed(token: Token | undefined): boolean {
  return token?.kind === "name" && !keywords.has(token.text);
}
