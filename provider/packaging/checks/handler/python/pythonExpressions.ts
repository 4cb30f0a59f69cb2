import { readArguments, readGenerator, readParameters } from "./commaLists.js";
import { numberProblem, stringProblem } from "./pythonLiterals.js";
import type { Token } from "./pythonTokens.js";
import { TokenCursor } from "./tokenCursor.js";

/**
 * What an expression can be the target of. name, place (an attribute or item): of every assignment · targets: a list
 * of targets · starred, starred value: only an item of a list · value: of none.
 */
export type ExpressionKind = "name" | "place" | "targets" | "starred" | "starred value" | "value";

const binary = new Set("| ^ & << >> + - * / // % @".split(" "));
const comparing = new Set("== != < > <= >= in is".split(" "));
const openers = new Set(["(", "[", "{", "-", "+", "~", "..."]);
const wordsInFront = new Set(["not", "lambda", "await", "True", "False", "None"]);

/** Accepts CPython's expressions, of all versions that the cursor's one understands. Throws SyntaxProblem. */
export class Expressions extends TokenCursor {
  /** Of `case`: names by `as`, and no conditional expressions. */
  protected isPattern = false;
  /** An `await` or `yield` that belongs to the statement's own function. */
  protected awaits: Token | undefined;
  protected yields: Token | undefined;

  startsExpression(): boolean {
    const { next } = this;
    if (next === undefined) return false;
    if (next.kind === "operator") return openers.has(next.text) || next.text === "*";
    return next.kind !== "name" || this.isNamed() || wordsInFront.has(next.text);
  }

  /** `a, *b`. */
  starExpressions(): ExpressionKind {
    return this.list(() => this.starredExpression());
  }

  /** As on the right of an assignment. */
  value(): ExpressionKind {
    return this.is("yield") ? this.yieldExpression() : this.starExpressions();
  }

  starredExpression(): ExpressionKind {
    return this.starred(() => this.expression());
  }

  namedExpression(): ExpressionKind {
    const kind = this.expression();
    if (!this.accept(":=")) return kind;
    if (kind !== "name") this.fail("only a name can be assigned with :=");
    this.expression();
    return "value";
  }

  expression(): ExpressionKind {
    if (this.is("lambda")) return this.lambda();
    const kind = this.disjunction();
    if (this.isPattern) return this.accept("as") ? (this.name(), "value") : kind;
    if (!this.accept("if")) return kind;
    this.disjunction();
    this.expect("else");
    this.expression();
    return "value";
  }

  /** What `for` binds. */
  targets(): void {
    const kind = this.list(() => this.starred(() => this.primary()));
    if (!isTarget(kind)) this.fail("cannot assign to this");
  }

  primary(): ExpressionKind {
    let kind = this.atom();
    for (;;) {
      if (this.accept(".")) {
        this.name();
        kind = "place";
      } else if (this.accept("(")) {
        this.nested(() => readArguments(this));
        kind = "value";
      } else if (this.accept("[")) {
        this.nested(() => this.subscript());
        kind = "place";
      } else return kind;
    }
  }

  protected yieldExpression(): "value" {
    const token = this.next;
    this.expect("yield");
    this.yields ??= token;
    if (this.accept("from")) this.expression();
    else if (this.startsExpression()) this.starExpressions();
    return "value";
  }

  private lambda(): "value" {
    const { awaits, yields } = this;
    this.expect("lambda");
    readParameters(this, ":");
    this.at("later", () => this.expression());
    Object.assign(this, { awaits, yields });
    return "value";
  }

  disjunction(): ExpressionKind {
    const kind = this.conjunction();
    if (!this.is("or", "and")) return kind;
    while (this.accept("or") || this.accept("and")) this.conjunction();
    return "value";
  }

  private conjunction(): ExpressionKind {
    if (this.accept("not")) return (this.conjunction(), "value");
    let kind = this.arithmetic();
    for (;;) {
      if (this.is("not") && this.second?.text === "in") this.position += 2;
      else if (this.next !== undefined && comparing.has(this.next.text)) {
        if (this.accept("is")) this.accept("not");
        else this.position++;
      } else return kind;
      this.arithmetic();
      kind = "value";
    }
  }

  private arithmetic(): ExpressionKind {
    let kind = this.unary();
    while (this.next?.kind === "operator" && binary.has(this.next.text)) {
      this.position++;
      this.unary();
      kind = "value";
    }
    return kind;
  }

  private unary(): ExpressionKind {
    let kind: ExpressionKind | undefined;
    while (this.accept("-") || this.accept("+") || this.accept("~")) kind = "value";
    const { next } = this;
    if (this.accept("await")) {
      this.awaits ??= next;
      kind = "value";
    }
    const inner = this.primary();
    if (this.accept("**")) return (this.unary(), "value");
    return kind ?? inner;
  }

  private atom(): ExpressionKind {
    const { next } = this;
    if (next === undefined) return this.unexpected();
    if (next.kind === "string") return this.strings();
    if (this.isNamed()) {
      this.reads.push({ token: next, time: this.time });
      return (this.position++, "name");
    }
    if (next.kind === "number") {
      const problem = numberProblem(next);
      if (problem !== undefined) this.fail(problem);
      return (this.position++, "value");
    }
    if (["True", "False", "None", "..."].includes(next.text)) return (this.position++, "value");
    if (this.accept("(")) return this.nested(() => this.group());
    if (this.accept("[")) return this.nested(() => this.items("]"));
    if (this.accept("{")) return this.nested(() => this.braces());
    return this.unexpected();
  }

  private strings(): "value" {
    const start = this.position;
    while (this.next?.kind === "string") this.position++;
    const strings = this.tokens.slice(start, this.position);
    const problem = stringProblem(strings, this.minor);
    if (problem !== undefined) this.fail(problem, strings[0]);
    for (const string of strings)
      for (const field of string.fields ?? [])
        if (field.length === 0) this.fail("empty braces in an f-string", string);
        else this.field(field);
    return "value";
  }

  /** `value = !r` of an f-string. */
  private field(tokens: readonly Token[]): void {
    const inner = new Expressions(tokens, this.minor);
    inner.value();
    inner.accept("=");
    if (inner.accept("!")) inner.name();
    inner.end();
    for (const { token, time } of inner.reads) this.reads.push({ token, time: this.time === "now" ? time : this.time });
    this.awaits ??= inner.awaits;
    this.yields ??= inner.yields;
  }

  private group(): ExpressionKind {
    if (this.is("yield")) {
      this.yieldExpression();
      this.expect(")");
      return "value";
    }
    const start = this.position;
    const kind = this.items(")");
    const isTuple = this.position === start + 1 || this.tokens[this.position - 2]?.text === ",";
    if (!isTuple && kind.startsWith("starred")) this.fail("a starred expression cannot stand alone");
    return kind;
  }

  /** Of a list or of parentheses; the kind of the one item where there is no comma. */
  private items(end: "]" | ")"): ExpressionKind {
    const kinds: ExpressionKind[] = [];
    let hasComma = false;
    while (!this.accept(end)) {
      const first = this.reads.length;
      kinds.push(this.starred(() => this.namedExpression()));
      if (kinds.length === 1 && this.is("for", "async")) {
        if (kinds[0]!.startsWith("starred")) this.fail("a comprehension cannot unpack");
        if (end === ")") readGenerator(this, first);
        else this.comprehension();
        this.expect(end);
        return "value";
      }
      if (this.accept(",")) hasComma = true;
      else if (!this.is(end)) this.unexpected();
    }
    return end === ")" && kinds.length === 1 && !hasComma ? kinds[0]! : allOf(kinds);
  }

  private braces(): "value" {
    let isDict: boolean | undefined;
    for (let count = 0; !this.accept("}"); count++) {
      if (count > 0) this.expect(",");
      if (this.accept("}")) break;
      const isUnpacked = this.accept("**");
      const kind = isUnpacked ? this.expression() : this.starred(() => this.namedExpression());
      const hasValue = !isUnpacked && !kind.startsWith("starred") && this.accept(":");
      if (hasValue) this.expression();
      if (isDict !== undefined && isDict !== (isUnpacked || hasValue)) this.unexpected();
      isDict = isUnpacked || hasValue;
      if (count > 0 || isUnpacked || !this.is("for", "async")) continue;
      this.comprehension();
      this.expect("}");
      break;
    }
    return "value";
  }

  private subscript(): void {
    do {
      if (this.is("]")) break;
      if (this.is("*")) {
        this.starredExpression();
        this.needs(11, "starred expressions in an index");
        continue;
      }
      if (!this.is(":")) this.namedExpression();
      for (let colons = 0; colons < 2 && this.accept(":"); colons++) if (!this.is(":", ",", "]")) this.expression();
    } while (this.accept(","));
    if (this.tokens[this.position - 1]?.text === "[") this.unexpected();
    this.expect("]");
  }

  comprehension(): void {
    while (this.is("for", "async")) {
      this.accept("async");
      this.expect("for");
      this.targets();
      this.expect("in");
      this.disjunction();
      while (this.accept("if")) this.disjunction();
    }
    // A generator expression may await in any function.
    this.awaits = undefined;
  }

  protected starred(read: () => ExpressionKind): ExpressionKind {
    if (!this.accept("*")) return read();
    return isTarget(read()) ? "starred" : "starred value";
  }

  protected list(read: () => ExpressionKind): ExpressionKind {
    const kinds = [read()];
    let hasComma = false;
    while (this.accept(",")) {
      hasComma = true;
      if (!this.startsExpression()) break;
      kinds.push(read());
    }
    if (!hasComma && kinds[0]!.startsWith("starred")) this.fail("a starred expression cannot stand alone");
    return hasComma ? allOf(kinds) : kinds[0]!;
  }
}

export function isTarget(kind: ExpressionKind): boolean {
  return kind === "name" || kind === "place" || kind === "targets";
}

function allOf(kinds: readonly ExpressionKind[]): ExpressionKind {
  return kinds.every((kind) => isTarget(kind) || kind === "starred") ? "targets" : "value";
}
