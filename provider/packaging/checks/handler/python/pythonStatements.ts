import { readArguments, readFromImport, readImports, readParameters } from "./commaLists.js";
import { Expressions, isTarget, type ExpressionKind } from "./pythonExpressions.js";
import { isNamed, SyntaxProblem } from "./tokenCursor.js";
import type { Token } from "./pythonTokens.js";

/** Where a statement stands. */
export interface Scope {
  readonly kind: "module" | "class" | "function" | "async function";
  readonly isLoop: boolean;
}

/** The head of a block, whose body follows on further lines unless it `isComplete`. */
export interface BlockHead {
  readonly word: string;
  readonly scope: Scope;
  readonly isComplete: boolean;
}

const augmented = new Set("+= -= *= /= //= %= @= &= |= ^= >>= <<= **=".split(" "));

/** Accepts the statements of one logical line. */
export class Statements extends Expressions {
  constructor(
    tokens: readonly Token[],
    minor: number,
    private readonly scope: Scope,
  ) {
    super(tokens, minor);
  }

  /** The head of the block that the line begins, if it does. `isCase`: in the block of a `match`. */
  line(isCase: boolean): BlockHead | undefined {
    if (isCase) return this.case();
    if (this.accept("@")) {
      this.namedExpression();
      this.end();
      return { word: "@", scope: this.scope, isComplete: true };
    }
    const isAsync = this.accept("async");
    const word = this.next?.kind === "name" ? this.next.text : "";
    if (isAsync && !["def", "for", "with"].includes(word)) this.unexpected();
    if (isAsync && word !== "def" && this.scope.kind !== "async function")
      this.fail(`async ${word} outside of an async function`);
    const scope = this.head(word, isAsync);
    if (scope !== undefined) return this.body(word, scope);
    return this.orMatch(() => this.simpleStatements(this.scope));
  }

  /** `match` begins a block where the line is no statement otherwise. */
  private orMatch(read: () => void): BlockHead | undefined {
    if (!this.is("match") || this.tokens.at(-1)?.text !== ":") return (read(), undefined);
    try {
      return (read(), undefined);
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.position = 1;
      this.reads = [];
      this.list(() => this.starred(() => this.namedExpression()));
      this.expect(":");
      this.end();
      return { word: "match", scope: this.scope, isComplete: false };
    }
  }

  private case(): BlockHead {
    if (!this.accept("case")) this.fail('expected "case"');
    this.isPattern = true;
    this.starExpressions();
    this.isPattern = false;
    if (this.accept("if")) this.namedExpression();
    return this.body("case", this.scope);
  }

  private body(word: string, scope: Scope): BlockHead {
    if (!this.accept(":")) this.fail('expected ":"');
    this.checkScope(this.scope);
    const isComplete = this.next !== undefined;
    const isFunction = scope !== this.scope && scope.kind.endsWith("function");
    if (isComplete) this.at(isFunction ? "later" : "now", () => this.simpleStatements(scope));
    return { word, scope, isComplete };
  }

  /** Up to the colon. The scope of the body; undefined if no block begins here. */
  private head(word: string, isAsync: boolean): Scope | undefined {
    const { scope } = this;
    switch (word) {
      case "if":
      case "elif":
      case "while":
        this.position++;
        this.namedExpression();
        return word === "while" ? { ...scope, isLoop: true } : scope;
      case "else":
      case "try":
      case "finally":
        this.position++;
        return scope;
      case "for":
        this.position++;
        this.targets();
        this.expect("in");
        this.starExpressions();
        return { ...scope, isLoop: true };
      case "except":
        this.position++;
        this.except();
        return scope;
      case "with":
        this.position++;
        this.with();
        return scope;
      case "def":
        this.position++;
        this.name();
        this.typeParameters();
        this.expect("(");
        readParameters(this, ")");
        if (this.accept("->")) this.at("annotation", () => this.expression());
        return { kind: isAsync ? "async function" : "function", isLoop: false };
      case "class":
        this.position++;
        this.name();
        this.typeParameters();
        if (this.accept("(")) readArguments(this);
        return { kind: "class", isLoop: false };
      default:
        return undefined;
    }
  }

  private except(): void {
    const isGroup = this.accept("*");
    if (isGroup) this.needs(11, "except* clauses");
    if (this.is(":") && !isGroup) return;
    this.expression();
    let isTuple = false;
    for (; this.accept(","); isTuple = true) {
      if (this.minor < 14) this.fail("several exceptions need parentheses");
      if (!this.is(":")) this.expression();
    }
    if (this.is("as") && isTuple) this.fail("several exceptions need parentheses");
    if (this.accept("as")) this.name();
  }

  private with(): void {
    const start = this.position;
    const items = (end: string) => {
      do {
        if (this.is(end) && this.position > start + 1) break;
        this.expression();
        if (this.accept("as")) this.withTarget();
      } while (this.accept(","));
    };
    try {
      items("");
      if (!this.is(":")) this.unexpected();
    } catch (error) {
      if (!(error instanceof SyntaxProblem) || this.tokens[start]?.text !== "(") throw error;
      this.position = start + 1;
      items(")");
      this.expect(")");
    }
  }

  private withTarget(): void {
    if (!isTarget(this.primary())) this.fail("cannot assign to this");
  }

  private typeParameters(): void {
    if (!this.accept("[")) return;
    this.needs(12, "type parameters");
    do {
      if (this.is("]")) break;
      if (!this.accept("**")) this.accept("*");
      this.name();
      if (this.accept(":")) this.at("later", () => this.expression());
      // 3.13 has defaults.
      if (this.accept("=")) this.at("later", () => this.starredExpression());
    } while (this.accept(","));
    this.expect("]");
  }

  private simpleStatements(scope: Scope): void {
    do {
      this.simple(scope);
      this.checkScope(scope);
      if (this.next !== undefined && !this.is(";")) this.unexpected();
    } while (this.accept(";") && this.next !== undefined);
  }

  private simple(scope: Scope): void {
    const { next } = this;
    const word = next?.kind === "name" ? next.text : "";
    const isFunction = scope.kind === "function" || scope.kind === "async function";
    switch (word) {
      case "pass":
        this.position++;
        return;
      case "break":
      case "continue":
        if (!scope.isLoop) this.fail(`${word} outside of a loop`);
        this.position++;
        return;
      case "return":
        if (!isFunction) this.fail("return outside of a function");
        this.position++;
        if (this.startsExpression()) this.starExpressions();
        return;
      case "raise":
        this.position++;
        if (!this.startsExpression()) return;
        this.expression();
        if (this.accept("from")) this.expression();
        return;
      case "assert":
        this.position++;
        this.expression();
        if (this.accept(",")) this.expression();
        return;
      case "global":
      case "nonlocal":
        if (word === "nonlocal" && scope.kind === "module") this.fail("nonlocal outside of a function");
        this.position++;
        do this.name();
        while (this.accept(","));
        return;
      case "del":
        this.position++;
        return isTarget(this.starExpressions())
          ? undefined
          : this.fail("only names, attributes and items can be deleted");
      case "import":
        this.position++;
        return readImports(this);
      case "from":
        this.position++;
        return readFromImport(this, scope.kind === "module");
    }
    if (word === "type" && isNamed(this.second)) return this.typeAlias();
    return this.assignment();
  }

  private typeAlias(): void {
    this.position++;
    this.name();
    this.needs(12, "type statements");
    this.typeParameters();
    this.expect("=");
    this.at("later", () => this.expression());
  }

  private assignment(): void {
    const start = this.next;
    let kind: ExpressionKind = this.value();
    if (this.accept(":")) {
      if (kind !== "name" && kind !== "place") this.fail("only a single target can be annotated", start);
      this.at("annotation", () => this.expression());
      if (this.accept("=")) this.value();
      return;
    }
    if (this.next?.kind === "operator" && augmented.has(this.next.text)) {
      if (kind !== "name" && kind !== "place") this.fail("cannot assign to this", start);
      this.position++;
      this.value();
      return;
    }
    while (this.accept("=")) {
      if (!isTarget(kind)) this.fail("cannot assign to this, perhaps == is meant", start);
      kind = this.value();
    }
  }

  private checkScope({ kind }: Scope): void {
    if (this.awaits !== undefined && kind !== "async function")
      this.fail("await outside of an async function", this.awaits);
    if (this.yields !== undefined && kind !== "function" && kind !== "async function")
      this.fail("yield outside of a function", this.yields);
    this.awaits = undefined;
    this.yields = undefined;
  }
}
