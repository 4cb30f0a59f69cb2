import { readLogicalLines, type LogicalLine, type Token } from "./pythonTokens.js";

/** Names that a module has after its import. */
export interface ModuleNames {
  readonly names: ReadonlySet<string>;
  /**
   * Names that can apparently be called with an event and a context: functions that take two positional arguments,
   * and values from calls or other modules.
   */
  readonly callables: ReadonlyMap<string, "function" | "value">;
  /** True when the module may have others: star imports, `__getattr__`, `globals()`, `exec` and the like. */
  readonly open: boolean;
}

/** Finds the names that a module binds at its top level, in any block. Throws TokenError. */
export function topLevelNames(source: string): ModuleNames {
  const collector = new Collector();
  for (const line of readLogicalLines(source)) collector.line(line);
  return { names: collector.names, callables: collector.callables, open: collector.open };
}

/** Everything that can change a module's namespace without a visible binding. */
const dynamic = new Set(["globals", "exec", "eval", "setattr", "vars", "locals", "__dict__", "modules", "__getattr__"]);
const blocks = new Set("if elif else while for try except finally with match case".split(" "));

class Collector {
  readonly names = new Set<string>();
  readonly callables = new Map<string, "function" | "value">();
  open = false;
  /** Indent of the `def` or `class` whose body is being read. */
  private inner: number | undefined;

  line({ indent, tokens }: LogicalLine): void {
    if (tokens.some((token) => token.kind === "name" && dynamic.has(token.text))) this.open = true;
    if (this.inner !== undefined && indent > this.inner) return this.innerLine(tokens);
    this.inner = undefined;
    this.statement(tokens, indent);
  }

  /** A function can change names of its module only with `global`. */
  private innerLine(tokens: readonly Token[]): void {
    tokens.forEach((token, i) => {
      const startsStatement = i === 0 || [";", ":"].includes(tokens[i - 1]!.text);
      if (token.text !== "global" || token.kind !== "name" || !startsStatement) return;
      for (const name of tokens.slice(i + 1)) if (name.kind === "name") this.names.add(name.text);
    });
  }

  private statement(tokens: readonly Token[], indent: number): void {
    this.walrus(tokens);
    const isAsync = tokens[0]?.text === "async";
    const rest = isAsync ? tokens.slice(1) : tokens;
    const [first, second] = rest;
    if (first === undefined) return;
    if (first.kind === "name" && (first.text === "def" || first.text === "class") && second?.kind === "name") {
      this.names.add(second.text);
      this.callables.delete(second.text);
      // Lambda does not await what a coroutine function returns.
      if (first.text === "def" && !isAsync && takesTwo(rest)) this.callables.set(second.text, "function");
      this.inner = indent;
      return this.innerLine(rest);
    }
    const colon = isBlock(rest) ? headerEnd(rest) : -1;
    if (colon === -1) return splitAt(rest, ";").forEach((part) => this.simple(part));
    this.header(rest.slice(0, colon));
    this.statement(rest.slice(colon + 1), indent);
  }

  /** What the head of a block binds: `for x in`, `with y as x`, `except E as x`, and every name of a `case`. */
  private header(tokens: readonly Token[]): void {
    const kind = tokens[0]!.text;
    if (kind === "for") {
      const end = tokens.findIndex((token) => token.text === "in" && token.kind === "name");
      return this.targets(tokens.slice(1, end === -1 ? undefined : end));
    }
    if (kind === "case") return tokens.forEach((token) => this.add(token));
    tokens.forEach((token, i) => {
      if (token.text === "as" && token.kind === "name") this.targets(upToComma(tokens.slice(i + 1)));
    });
  }

  private simple(tokens: readonly Token[]): void {
    const [first, second] = tokens;
    if (first === undefined) return;
    if (first.kind === "name" && first.text === "import")
      return splitAt(tokens.slice(1), ",").forEach((p) => this.import(p));
    if (first.kind === "name" && first.text === "from") return this.fromImport(tokens);
    if (first.text === "type" && second?.kind === "name") this.names.add(second.text);
    const parts = splitAt(tokens, "=");
    const isAugmented = tokens.findIndex((token) => /^[^=!<>:]+=$/.test(token.text) && token.kind === "operator");
    if (isAugmented > 0) return this.targets(tokens.slice(0, isAugmented));
    for (const target of parts.slice(0, -1)) {
      this.targets(beforeAnnotation(target));
      const [name, ...more] = beforeAnnotation(target);
      if (name?.kind === "name" && more.length === 0 && parts.at(-1)?.at(-1)?.text === ")")
        this.callables.set(name.text, "value");
    }
  }

  /** `a.b.c` binds `a`, `a.b as c` binds `c`. */
  private import(tokens: readonly Token[]): void {
    const as = tokens.findIndex((token) => token.text === "as");
    this.add(as === -1 ? tokens[0] : tokens[as + 1]);
  }

  private fromImport(tokens: readonly Token[]): void {
    const imported = tokens.slice(tokens.findIndex((token) => token.text === "import" && token.kind === "name") + 1);
    if (imported[0]?.text === "*") this.open = true;
    const plain = imported.filter((token) => token.text !== "(" && token.text !== ")");
    for (const part of splitAt(plain, ",")) {
      this.import(part);
      const bound = part.at(-1);
      if (bound?.kind === "name") this.callables.set(bound.text, "value");
    }
  }

  /** Names bound by an assignment's left side: not those of `x.name`, `x[name]` and `f(name)`. */
  private targets(tokens: readonly Token[]): void {
    let subscripts = 0;
    tokens.forEach((token, i) => {
      const before = tokens[i - 1];
      const isTrailer = before !== undefined && (before.kind !== "operator" || [")", "]"].includes(before.text));
      if (token.text === "(" || token.text === "[") subscripts += subscripts > 0 || isTrailer ? 1 : 0;
      else if (token.text === ")" || token.text === "]") subscripts -= subscripts > 0 ? 1 : 0;
      else if (subscripts === 0 && before?.text !== "." && ![".", "(", "["].includes(tokens[i + 1]?.text ?? ""))
        this.add(token);
    });
  }

  private walrus(tokens: readonly Token[]): void {
    tokens.forEach((token, i) => {
      if (token.text === ":=") this.add(tokens[i - 1]);
    });
  }

  private add(token: Token | undefined): void {
    if (token?.kind === "name") this.names.add(token.text);
  }
}

/** Whether a function with this head can be called with two positional arguments. */
function takesTwo(tokens: readonly Token[]): boolean {
  const open = tokens.findIndex((token) => token.text === "(");
  if (open === -1) return false;
  const inside = tokens.slice(open + 1);
  const close = indexAtTop(inside, (token) => token.text === ")");
  let [most, least] = [0, 0];
  for (const part of splitAt(inside.slice(0, close === -1 ? undefined : close), ",")) {
    const [first, second] = part;
    if (first === undefined || first.text === "/") continue;
    if (first.text === "**") break;
    if (first.text === "*") {
      if (second !== undefined) most = 2;
      break;
    }
    most++;
    if (splitAt(part, "=").length === 1) least++;
  }
  return most >= 2 && least <= 2;
}

/** `match` and `case` are names too: they begin a block only where no assignment, call or attribute follows. */
function isBlock([first, second]: readonly Token[]): boolean {
  if (first?.kind !== "name" || !blocks.has(first.text)) return false;
  if (first.text !== "match" && first.text !== "case") return true;
  return second !== undefined && !["=", ".", ":", ",", ")"].includes(second.text);
}

/** Index of the colon that ends a block's head: outside of brackets and not a lambda's. */
function headerEnd(tokens: readonly Token[]): number {
  let lambdas = 0;
  return indexAtTop(tokens, (token) => {
    if (token.kind === "name" && token.text === "lambda") lambdas++;
    return token.text === ":" && token.kind === "operator" && lambdas-- === 0;
  });
}

function beforeAnnotation(tokens: readonly Token[]): readonly Token[] {
  const colon = indexAtTop(tokens, (token) => token.text === ":");
  return colon === -1 ? tokens : tokens.slice(0, colon);
}

function upToComma(tokens: readonly Token[]): readonly Token[] {
  const end = indexAtTop(tokens, (token) => token.text === ",");
  return end === -1 ? tokens : tokens.slice(0, end);
}

/** Parts between a separator outside of brackets. */
function splitAt(tokens: readonly Token[], separator: string): (readonly Token[])[] {
  const parts: (readonly Token[])[] = [];
  let rest = tokens;
  for (;;) {
    const end = indexAtTop(rest, (token) => token.text === separator && token.kind === "operator");
    if (end === -1) return [...parts, rest];
    parts.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
}

function indexAtTop(tokens: readonly Token[], wanted: (token: Token) => boolean): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    if (token.kind !== "operator") return depth === 0 && wanted(token);
    if (depth === 0 && wanted(token)) return true;
    if (["(", "[", "{"].includes(token.text)) depth++;
    else if ([")", "]", "}"].includes(token.text)) depth--;
    return false;
  });
}
