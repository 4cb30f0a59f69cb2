import type { TokenCursor } from "./tokenCursor.js";

/** A cursor that reads expressions, too. */
interface ExpressionCursor extends TokenCursor {
  expression(): unknown;
  namedExpression(): unknown;
  /** With or without `*` in front. */
  starredExpression(): unknown;
  targets(): void;
  disjunction(): unknown;
  /** From `for` on. */
  comprehension(): void;
}

/** What a call has in its parentheses, up to `)`. */
export function readArguments(cursor: ExpressionCursor): void {
  const words = new Set<string>();
  let last: "positional" | "keyword" | "mapping" = "positional";
  for (let count = 0; !cursor.accept(")"); count++) {
    if (count > 0) cursor.expect(",");
    if (cursor.accept(")")) return;
    if (cursor.accept("**")) {
      cursor.expression();
      last = "mapping";
    } else if (cursor.accept("*")) {
      if (last === "mapping") cursor.fail("unpacking of positional arguments follows that of keyword arguments");
      cursor.expression();
    } else if (cursor.second?.text === "=") {
      const word = cursor.name();
      if (words.has(word)) cursor.fail(`keyword argument ${word} is repeated`);
      words.add(word);
      cursor.expect("=");
      cursor.expression();
      if (last === "positional") last = "keyword";
    } else {
      const first = cursor.reads.length;
      cursor.namedExpression();
      if (cursor.is("for", "async")) {
        if (count > 0) cursor.fail("a generator expression needs parentheses here");
        readGenerator(cursor, first);
      } else if (cursor.is("=")) cursor.fail("an expression cannot be assigned to, perhaps == is meant");
      if (last !== "positional") cursor.fail("a positional argument follows a keyword argument");
    }
  }
}

/** `def f(` and what follows, up to `)`; or `lambda`, up to `:`. */
export function readParameters(cursor: ExpressionCursor, end: ")" | ":"): void {
  const names = new Set<string>();
  let star: "bare" | "named" | undefined;
  let [hasSlash, hasDefault] = [false, false];
  const one = () => {
    const name = cursor.name();
    if (names.has(name)) cursor.fail(`parameter ${name} is repeated`);
    names.add(name);
    if (end === ")" && cursor.accept(":")) cursor.at("annotation", () => cursor.starredExpression());
  };
  for (let count = 0; !cursor.is(end); count++) {
    if (count > 0) cursor.expect(",");
    if (cursor.is(end)) break;
    if (cursor.accept("**")) {
      one();
      cursor.accept(",");
      if (!cursor.is(end)) cursor.fail("parameters cannot follow **");
    } else if (cursor.accept("*")) {
      if (star !== undefined) cursor.fail("* is repeated");
      star = cursor.is(",") ? "bare" : "named";
      if (star === "named") one();
      else if ([end, "**", undefined].includes(cursor.second?.text)) cursor.fail("a named parameter must follow *");
    } else if (cursor.accept("/")) {
      if (hasSlash || star !== undefined || count === 0) cursor.fail("/ is not allowed here");
      hasSlash = true;
    } else {
      one();
      if (cursor.accept("=")) {
        cursor.expression();
        hasDefault = true;
      } else if (hasDefault && star === undefined)
        cursor.fail("a parameter without a default follows one with a default");
    }
  }
  cursor.expect(end);
}

/** `a.b as c, d`, behind `import`. */
export function readImports(cursor: TokenCursor): void {
  do {
    dotted(cursor);
    if (cursor.accept("as")) cursor.name();
  } while (cursor.accept(","));
}

/** `..a import b as c, d`, behind `from`. */
export function readFromImport(cursor: TokenCursor, isModule: boolean): void {
  let dots = 0;
  while (cursor.accept(".") || cursor.accept("...")) dots++;
  if (dots === 0 || !cursor.is("import")) dotted(cursor);
  cursor.expect("import");
  if (cursor.is("*") && !isModule) cursor.fail("import * is only allowed at the top of a module");
  if (cursor.accept("*")) return;
  const isWrapped = cursor.accept("(");
  for (let count = 0; ; count++) {
    if (isWrapped && count > 0 && cursor.is(")")) break;
    cursor.name();
    if (cursor.accept("as")) cursor.name();
    if (!cursor.accept(",")) break;
  }
  if (isWrapped) cursor.expect(")");
}

function dotted(cursor: TokenCursor): void {
  do cursor.name();
  while (cursor.accept("."));
}

/**
 * A generator after its element, whose names are those from `first` on. Only its first iterable is needed at once: the
 * rest runs when its values are asked for.
 */
export function readGenerator(cursor: ExpressionCursor, first: number): void {
  cursor.runsLater(first);
  cursor.accept("async");
  cursor.expect("for");
  cursor.targets();
  cursor.expect("in");
  cursor.disjunction();
  const rest = cursor.reads.length;
  while (cursor.accept("if")) cursor.disjunction();
  cursor.comprehension();
  cursor.runsLater(rest);
}
