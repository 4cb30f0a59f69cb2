/** What the module-level analysis distinguishes. Strings and numbers are one token each, comments none. */
export interface Token {
  readonly kind: "name" | "string" | "number" | "operator";
  readonly text: string;
  /** Where it begins in the source, without a byte order mark and with \n alone at the end of lines. */
  readonly at: number;
  /** The code in the braces of an f-string. */
  readonly fields?: readonly (readonly Token[])[];
  /** Whether an f-string is read in another way, or not at all, before Python 3.12. */
  readonly isNewFormat?: boolean;
}

/** A statement line, joined over brackets and backslashes. */
export interface LogicalLine {
  /** Columns before the first token, tabs to the next multiple of eight. */
  readonly indent: number;
  /** The same with tabs of one column: where both say different things, Python refuses the line. */
  readonly narrowIndent: number;
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
const ASCII_NAME = /[A-Za-z_]\w*/y;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)/y;
const OPERATOR =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|!=|->|:=|==|<=|>=|<<|>>|\*\*|\/\/|[-+*/%&|^@]=|[-+*/%&|^~@<>=.,:;()[\]{}!?$`]/y;
const STRING_START = /([rRbBuUfFtT]{0,2})("""|'''|"|')/y;
const [DOUBLE_QUOTE, SINGLE_QUOTE, DOT] = [34, 39, 46];
const OPENING = new Set(["(", "[", "{"]);
const CLOSING: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** Splits Python source into logical lines. The content of strings and comments is no code. Throws TokenError. */
export function readLogicalLines(source: string): LogicalLine[] {
  return new Reader(source.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n")).read();
}

/** An f-string while it is read. */
interface FormattedString {
  readonly at: number;
  readonly quote: string;
  readonly fields: Token[][];
  isNew: boolean;
}

class Reader {
  private position = 0;
  private readonly lines: LogicalLine[] = [];
  private tokens: Token[] = [];
  private indent = 0;
  private narrowIndent = 0;
  private brackets: { readonly text: string; readonly at: number }[] = [];

  constructor(private readonly source: string) {}

  read(): LogicalLine[] {
    this.readIndent();
    while (this.position < this.source.length) this.step();
    const open = this.brackets.at(-1);
    if (open !== undefined) throw this.error(`"${open.text}" is never closed`, open.at);
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
    if (this.tokens.length > 0) {
      const { indent, narrowIndent, tokens } = this;
      this.lines.push({ indent, narrowIndent, tokens });
    }
    this.tokens = [];
    this.readIndent();
  }

  private readIndent(): void {
    this.indent = 0;
    this.narrowIndent = 0;
    for (; ; this.position++) {
      const char = this.source[this.position];
      if (char === " ") this.indent++;
      else if (char === "\t") this.indent = (Math.floor(this.indent / 8) + 1) * 8;
      else if (char !== "\f") return;
      if (char === "\f") this.indent = this.narrowIndent = 0;
      else this.narrowIndent++;
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
    const at = this.position;
    const code = this.source.charCodeAt(at);
    // The common tokens first: this is most of the time that a check takes.
    const word = isLetter(code) ? this.match(ASCII_NAME)![0] : "";
    const after = this.source.charCodeAt(this.position);
    if (word !== "" && after < 128 && after !== DOUBLE_QUOTE && after !== SINGLE_QUOTE)
      return { kind: "name", text: word, at };
    this.position = at;
    const string = word === "" && code !== DOUBLE_QUOTE && code !== SINGLE_QUOTE ? undefined : this.match(STRING_START);
    if (string !== undefined) return this.readString(string);
    const name = word !== "" || code >= 128 ? this.match(NAME) : undefined;
    if (name !== undefined) return { kind: "name", text: name[0].normalize("NFKC"), at };
    const number = isDigit(code) || code === DOT ? this.match(NUMBER) : undefined;
    if (number !== undefined) return { kind: "number", text: number[0], at };
    const operator = this.match(OPERATOR);
    if (operator === undefined) throw this.error(`unexpected character ${JSON.stringify(this.source[at])}`);
    this.followBrackets(operator[0]);
    return { kind: "operator", text: operator[0], at };
  }

  private followBrackets(text: string): void {
    if (OPENING.has(text)) this.brackets.push({ text, at: this.position - 1 });
    else if (text in CLOSING && this.brackets.pop()?.text !== CLOSING[text]) throw this.error(`unmatched "${text}"`);
  }

  private readString([opening, prefix = "", quote = ""]: RegExpExecArray): Token {
    const at = this.position - opening.length;
    const format: FormattedString | undefined = /[fFtT]/.test(prefix)
      ? { at, quote, fields: [], isNew: false }
      : undefined;
    for (;;) {
      const char = this.source[this.position];
      if (char === undefined || (char === "\n" && quote.length === 1)) throw this.error("a string is not closed", at);
      if (char === "\\") this.skipEscape(format !== undefined, /r/i.test(prefix));
      else if (this.source.startsWith(quote, this.position)) break;
      else if (format !== undefined && char === "{") this.skipReplacement(format);
      else this.position++;
    }
    this.position += quote.length;
    const token = { kind: "string", text: this.source.slice(at, this.position), at } as const;
    if (format === undefined) return token;
    const isPlain = !format.isNew && endOfPlain(token.text, opening.length, quote) === token.text.length;
    return { ...token, fields: format.fields, isNewFormat: !isPlain };
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
  private skipReplacement(format: FormattedString): void {
    this.position++;
    if (this.source[this.position] === "{") {
      this.position++;
      return;
    }
    const outer = this.brackets;
    this.brackets = [];
    const tokens: Token[] = [];
    for (;;) {
      const char = this.source[this.position];
      if (char === undefined) throw this.error("a string is not closed", format.at);
      if (this.brackets.length === 0 && char === "}") break;
      if (this.brackets.length === 0 && char === ":") {
        this.skipFormat(format);
        break;
      }
      if (char === "#" || char === "\\" || (char === "\n" && format.quote.length === 1)) format.isNew = true;
      if (/\s/.test(char)) this.position++;
      else if (char === "#") this.skipComment();
      else if (char === "\\") this.position += 2;
      else tokens.push(this.readToken());
    }
    format.fields.push(tokens);
    format.isNew ||= tokens.some(({ kind, text }) => kind === "string" && text.includes("\\"));
    this.position++;
    this.brackets = outer;
  }

  /** The format after the colon is text again, and may have replacements itself. Ends before its closing brace. */
  private skipFormat(format: FormattedString): void {
    for (this.position++; this.source[this.position] !== "}";) {
      if (this.source[this.position] === undefined) throw this.error("a string is not closed", format.at);
      if (this.source[this.position] === "{") this.skipReplacement(format);
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

/** Where a string ends for which braces are nothing special. */
function endOfPlain(text: string, start: number, quote: string): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text.startsWith(quote, at)) return at + quote.length;
  }
  return -1;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
