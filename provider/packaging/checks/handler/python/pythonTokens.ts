/** What the module-level analysis distinguishes. Strings and numbers are one token each, comments none. */
export interface Token {
  readonly kind: "name" | "string" | "number" | "operator";
  readonly text: string;
}

/** A statement line, joined over brackets and backslashes. */
export interface LogicalLine {
  /** Columns before the first token, tabs to the next multiple of eight. */
  readonly indent: number;
  readonly tokens: readonly Token[];
}

/** Source that Python itself would reject. `line` counts from 1. */
export class TokenError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)/y;
const OPERATOR =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|!=|->|:=|==|<=|>=|<<|>>|\*\*|\/\/|[-+*/%&|^@]=|[-+*/%&|^~@<>=.,:;()[\]{}!?$`]/y;
const STRING_START = /([rRbBuUfFtT]{0,2})("""|'''|"|')/y;
const OPENING = new Set(["(", "[", "{"]);
const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Splits Python source into logical lines. The content of strings and comments is no code. Throws TokenError. */
export function readLogicalLines(source: string): LogicalLine[] {
  return new Reader(source.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n")).read();
}

class Reader {
  private position = 0;
  private readonly lines: LogicalLine[] = [];
  private tokens: Token[] = [];
  private indent = 0;
  private brackets: string[] = [];

  constructor(private readonly source: string) {}

  read(): LogicalLine[] {
    this.indent = this.readIndent();
    while (this.position < this.source.length) this.step();
    if (this.brackets.length > 0) throw this.error(`"${this.brackets.at(-1)}" is never closed`);
    this.endLine();
    return this.lines;
  }

  private step(): void {
    const char = this.source[this.position]!;
    if (char === "\n") {
      this.position++;
      if (this.brackets.length === 0) this.endLine();
    } else if (char === " " || char === "\t" || char === "\f") this.position++;
    else if (char === "#") this.skipComment();
    else if (char === "\\") this.joinLine();
    else this.tokens.push(this.readToken());
  }

  private endLine(): void {
    if (this.tokens.length > 0) this.lines.push({ indent: this.indent, tokens: this.tokens });
    this.tokens = [];
    this.indent = this.readIndent();
  }

  private readIndent(): number {
    let columns = 0;
    for (; ; this.position++) {
      const char = this.source[this.position];
      if (char === " ") columns++;
      else if (char === "\t") columns = (Math.floor(columns / 8) + 1) * 8;
      else if (char === "\f") columns = 0;
      else return columns;
    }
  }

  private skipComment(): void {
    const end = this.source.indexOf("\n", this.position);
    this.position = end === -1 ? this.source.length : end;
  }

  private joinLine(): void {
    if (this.source[this.position + 1] !== "\n") throw this.error("unexpected character after a backslash");
    this.position += 2;
  }

  private readToken(): Token {
    const string = this.match(STRING_START);
    if (string !== undefined) return this.readString(string);
    const name = this.match(NAME);
    if (name !== undefined) return { kind: "name", text: name[0].normalize("NFKC") };
    const number = this.match(NUMBER);
    if (number !== undefined) return { kind: "number", text: number[0] };
    const operator = this.match(OPERATOR);
    if (operator === undefined) throw this.error(`unexpected character ${JSON.stringify(this.source[this.position])}`);
    this.followBrackets(operator[0]);
    return { kind: "operator", text: operator[0] };
  }

  private followBrackets(text: string): void {
    if (OPENING.has(text)) this.brackets.push(text);
    else if (text in CLOSING && this.brackets.pop() !== CLOSING[text]) throw this.error(`unmatched "${text}"`);
  }

  private readString([opening, prefix = "", quote = ""]: RegExpExecArray): Token {
    const start = this.position - opening.length;
    const isFormatted = /[fFtT]/.test(prefix);
    for (;;) {
      const char = this.source[this.position];
      if (char === undefined || (char === "\n" && quote.length === 1))
        throw this.error("a string is not closed", start);
      if (char === "\\") this.skipEscape(isFormatted, /r/i.test(prefix));
      else if (this.source.startsWith(quote, this.position)) break;
      else if (isFormatted && char === "{") this.skipReplacement(start);
      else this.position++;
    }
    this.position += quote.length;
    return { kind: "string", text: this.source.slice(start, this.position) };
  }

  /** A backslash hides the next character, also in raw strings; but it never hides a brace of an f-string. */
  private skipEscape(isFormatted: boolean, isRaw: boolean): void {
    const next = this.source[this.position + 1];
    if (isFormatted && !isRaw && next === "N") {
      const end = this.source.indexOf("}", this.position);
      this.position = end === -1 ? this.source.length : end + 1;
    } else this.position += isFormatted && (next === "{" || next === "}") ? 1 : 2;
  }

  /** `{expression!r:format}` of an f-string: the expression is code and may hold strings with the same quotes. */
  private skipReplacement(start: number): void {
    this.position++;
    if (this.source[this.position] === "{") {
      this.position++;
      return;
    }
    const outer = this.brackets;
    this.brackets = [];
    for (;;) {
      const char = this.source[this.position];
      if (char === undefined) throw this.error("a string is not closed", start);
      if (this.brackets.length === 0 && char === "}") break;
      if (this.brackets.length === 0 && char === ":" && this.source[this.position + 1] !== "=") {
        this.skipFormat(start);
        break;
      }
      if (/\s/.test(char)) this.position++;
      else if (char === "#") this.skipComment();
      else if (char === "\\") this.position += 2;
      else this.readToken();
    }
    this.position++;
    this.brackets = outer;
  }

  /** The format after the colon is text again, and may have replacements itself. Ends before its closing brace. */
  private skipFormat(start: number): void {
    for (this.position++; this.source[this.position] !== "}";) {
      if (this.source[this.position] === undefined) throw this.error("a string is not closed", start);
      if (this.source[this.position] === "{") this.skipReplacement(start);
      else this.position++;
    }
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source);
    if (found === null) return undefined;
    this.position = pattern.lastIndex;
    return found;
  }

  private error(message: string, position = this.position): TokenError {
    return new TokenError(message, this.source.slice(0, position).split("\n").length);
  }
}
