import { changesNames } from "./dynamicNames.js";
import { assignedValue, unfitHead, type AssignedValue, type Unfit } from "./pythonFunctions.js";
import { NameTable, type Definition } from "./nameTable.js";
import { importsIn, isNeverRun, type ImportedFrom, type ImportedName } from "./pythonImports.js";
import { plainDefinitions, type PlainDefinitions } from "./objects/plainDefinitions.js";
import { readLogicalLines, type LogicalLine, type Token } from "./pythonTokens.js";
import { beforeAnnotation, headerEnd, splitAt, upToComma } from "./tokenLists.js";

/** Names that a module has after its import. */
export interface ModuleNames extends PlainDefinitions {
  readonly names: ReadonlySet<string>;
  /**
   * Names that can apparently be called with an event and a context: functions that take two positional arguments,
   * and values from calls or other modules.
   */
  readonly callables: ReadonlyMap<string, "function" | "value">;
  /**
   * Names that cannot be called that way, and why: plain functions, without decorators, that nothing else in the module
   * binds afterwards.
   */
  readonly unfit: ReadonlyMap<string, Unfit>;
  /** Names that come from another module by `from a import b as name`, and that nothing else in the module binds afterwards. */
  readonly imported: ReadonlyMap<string, ImportedName>;
  /** Names that an assignment alone binds: to another name (`a.b` in parts), to a literal, or to a lambda. */
  readonly assigned: ReadonlyMap<string, AssignedValue>;
  /** The module that `import` alone binds to a name, with dots. */
  readonly modules: ReadonlyMap<string, string>;
  /** Where the module takes all names from: `from a import *`. */
  readonly stars: readonly ImportedFrom[];
  /** Names that were something else before: what the others above say is what they are at the end. */
  readonly rebound: ReadonlySet<string>;
  /** Names that were bound, and are not when the module has been loaded. */
  readonly lost: ReadonlyMap<string, LostName>;
  /** True when the module may have others: star imports, `__getattr__`, `globals()`, `exec` and the like. */
  readonly open: boolean;
  /** The same without star imports. */
  readonly isDynamic: boolean;
}

/** deleted: by `del` · dead: only bound below a condition that is never met in Lambda, such as `if TYPE_CHECKING`. */
export type LostName = "deleted" | "dead";

/** Finds the names that a module binds at its top level, in any block. Throws TokenError. */
export function topLevelNames(source: string): ModuleNames {
  const collector = new Collector();
  const lines = readLogicalLines(source);
  for (const line of lines) collector.line(line);
  const { classes, silent, decorators, makers } = plainDefinitions(lines);
  // `Name = Name()` leaves nothing of the class.
  const boundHere = <T>(all: readonly (readonly [string, T])[]) =>
    table.boundOnce(all.filter(([name]) => !table.rebound.has(name)));
  const { table, stars } = collector;
  const isDynamic = collector.isDynamic || table.names.has("__getattr__");
  return {
    ...{ names: table.names, callables: table.callables, stars, isDynamic, open: isDynamic || stars.length > 0 },
    unfit: table.unfit(),
    imported: table.boundOnce(table.imports),
    assigned: table.boundOnce(table.assignments),
    modules: table.boundOnce(table.modules),
    ...{ lost: collector.lost(), rebound: table.rebound },
    classes: boundHere([...classes]),
    silent: new Set(boundHere([...silent].map((name) => [name, name] as const)).keys()),
    decorators: boundHere([...decorators]),
    makers: boundHere([...makers]),
  };
}

const blocks = new Set("if elif else while for try except finally with match case".split(" "));

class Collector {
  readonly table = new NameTable();
  readonly stars: ImportedFrom[] = [];
  isDynamic = false;
  /** Indent of the `def` or `class` whose body is being read. */
  private inner: number | undefined;
  /** The function whose body is being read, and the indent of a function or class inside of it. */
  private body: Definition | undefined;
  private nested: number | undefined;
  private isDecorated = false;
  /** Reads blocks that never run, and the indent of the one being read. */
  private readonly dead: Collector | undefined;
  private deadFrom: number | undefined;

  constructor(isDead = false) {
    this.dead = isDead ? undefined : new Collector(true);
  }

  lost(): Map<string, LostName> {
    const lost = [
      ...[...(this.dead?.table.names ?? [])].map((name) => [name, "dead"] as const),
      ...[...this.table.deleted].map((name) => [name, "deleted"] as const),
    ];
    return new Map(lost.filter(([name]) => !this.table.names.has(name)));
  }

  line(line: LogicalLine): void {
    const { indent, tokens } = line;
    if (this.deadFrom !== undefined && indent > this.deadFrom) return this.dead?.line(line);
    this.deadFrom = undefined;
    const isInside = this.inner !== undefined && indent > this.inner;
    if (tokens.some((_, i) => changesNames(tokens, i, isInside))) this.isDynamic = true;
    if (isInside) {
      this.generator(tokens, indent);
      return this.innerLine(tokens);
    }
    this.inner = undefined;
    this.body = undefined;
    if (this.isDead(tokens)) {
      this.deadFrom = indent;
      const end = headerEnd(tokens);
      return this.dead?.line({ ...line, indent: indent + 1, tokens: tokens.slice(end + 1) });
    }
    this.statement(tokens, indent);
  }

  private isDead(tokens: readonly Token[]): boolean {
    if (this.dead === undefined || !isNeverRun(tokens)) return false;
    if (!tokens.some(({ text }) => text === "TYPE_CHECKING") || !this.table.names.has("TYPE_CHECKING")) return true;
    // The module's own `TYPE_CHECKING`.
    const assigned = this.table.assignments.filter(([name]) => name === "TYPE_CHECKING").at(-1)?.[1];
    const isImported = this.table.imports.some(([name]) => name === "TYPE_CHECKING");
    return assigned === undefined ? isImported : assigned.kind === "literal" && assigned.what === "False";
  }

  /** A function can change names of its module only with `global`. */
  private innerLine(tokens: readonly Token[]): void {
    tokens.forEach((token, i) => {
      const startsStatement = i === 0 || [";", ":"].includes(tokens[i - 1]!.text);
      if (token.text !== "global" || token.kind !== "name" || !startsStatement) return;
      for (const name of tokens.slice(i + 1)) this.table.addGlobal(name);
    });
  }

  /** A `yield` of the function itself makes it a generator. */
  private generator(tokens: readonly Token[], indent: number): void {
    if (this.nested !== undefined && indent > this.nested) return;
    const isNested = ["def", "class", "async"].includes(tokens[0]?.text ?? "") && tokens[1]?.text !== "with";
    this.nested = isNested && tokens[1]?.text !== "for" ? indent : undefined;
    if (this.nested === undefined) this.yields(tokens);
  }

  private yields(tokens: readonly Token[]): void {
    const has = (text: string) => tokens.some((token) => token.kind === "name" && token.text === text);
    // A `yield` in a lambda belongs to the lambda.
    if (this.body === undefined || !has("yield") || has("lambda")) return;
    const { name, isAsync, isPlain, unfit } = this.body;
    this.table.callables.delete(name);
    if (isPlain && unfit?.kind !== "few" && unfit?.kind !== "more")
      this.body.unfit = { kind: isAsync ? "async generator" : "generator" };
  }

  private statement(tokens: readonly Token[], indent: number, isInBlock = indent > 0): void {
    this.table.isFirm = false;
    this.walrus(tokens);
    this.table.isFirm = !isInBlock;
    const isAsync = tokens[0]?.text === "async";
    const rest = isAsync ? tokens.slice(1) : tokens;
    const [first, second] = rest;
    if (first === undefined) return;
    if (first.text === "@") return void (this.isDecorated = true);
    if (first.kind === "name" && (first.text === "def" || first.text === "class") && second?.kind === "name") {
      this.definition(rest, { name: second.text, isFunction: first.text === "def", isAsync });
      this.inner = indent;
      return this.innerLine(rest);
    }
    const colon = isBlock(rest) ? headerEnd(rest) : -1;
    if (colon === -1)
      return splitAt(rest, ";").forEach((part) => {
        if (!isInBlock && part[0]?.kind === "name" && part[0].text === "del") this.table.delete(part.slice(1));
        else this.simple(part);
      });
    this.table.isFirm = false;
    this.header(rest.slice(0, colon));
    this.statement(rest.slice(colon + 1), indent, true);
  }

  private definition(
    tokens: readonly Token[],
    { name, isFunction, isAsync }: { name: string; isFunction: boolean; isAsync: boolean },
  ): void {
    // A decorator may make anything of a function.
    const isPlain = isFunction && !this.isDecorated;
    this.isDecorated = false;
    const unfit = isFunction ? unfitHead(tokens, isAsync) : undefined;
    this.body = isFunction ? { name, isAsync, isPlain, unfit: isPlain ? unfit : undefined } : undefined;
    this.table.define(name, this.body);
    if (isFunction && unfit === undefined) this.table.callables.set(name, "function");
    this.nested = undefined;
    const end = headerEnd(tokens);
    if (end !== -1) this.yields(tokens.slice(end + 1));
  }

  /** What the head of a block binds: `for x in`, `with y as x`, and every name of a `case`. */
  private header(tokens: readonly Token[]): void {
    const kind = tokens[0]!.text;
    // `except E as x` deletes `x` at its end.
    if (kind === "except") return;
    if (kind === "for") {
      const end = tokens.findIndex((token) => token.text === "in" && token.kind === "name");
      return this.targets(tokens.slice(1, end === -1 ? undefined : end));
    }
    if (kind === "case") return tokens.forEach((token) => this.table.add(token));
    tokens.forEach((token, i) => {
      if (token.text === "as" && token.kind === "name") this.targets(upToComma(tokens.slice(i + 1)));
    });
  }

  private simple(tokens: readonly Token[]): void {
    const [first, second] = tokens;
    if (first === undefined) return;
    if (first.kind === "name" && first.text === "import") return this.moduleImport(tokens);
    if (first.kind === "name" && first.text === "from") return this.fromImport(tokens);
    if (first.text === "type" && second?.kind === "name") this.table.add(second);
    const parts = splitAt(tokens, "=");
    const isAugmented = tokens.findIndex((token) => /^[^=!<>:]+=$/.test(token.text) && token.kind === "operator");
    if (isAugmented > 0) return this.targets(tokens.slice(0, isAugmented));
    for (const target of parts.slice(0, -1)) {
      this.targets(beforeAnnotation(target));
      const [name, ...more] = beforeAnnotation(target);
      if (name?.kind !== "name" || more.length > 0) continue;
      const value = assignedValue(parts.at(-1) ?? []);
      if (value !== undefined) this.table.assignments.push([name.text, value]);
      if (parts.at(-1)?.at(-1)?.text === ")") this.table.callables.set(name.text, "value");
    }
  }

  private moduleImport(tokens: readonly Token[]): void {
    splitAt(tokens.slice(1), ",").forEach((part, i) => {
      this.import(part);
      const module = importsIn(tokens)[i]?.module ?? "";
      const isRenamed = part.some(({ text }) => text === "as");
      const bound = isRenamed ? part.at(-1)?.text : part[0]?.text;
      if (bound !== undefined && module !== "") this.table.modules.push([bound, isRenamed ? module : bound]);
    });
  }

  /** `a.b.c` binds `a`, `a.b as c` binds `c`. */
  private import(tokens: readonly Token[]): void {
    const as = tokens.findIndex((token) => token.text === "as");
    this.table.add(as === -1 ? tokens[0] : tokens[as + 1]);
  }

  private fromImport(tokens: readonly Token[]): void {
    const [from] = importsIn(tokens);
    const imported = tokens.slice(tokens.findIndex((token) => token.text === "import" && token.kind === "name") + 1);
    if (imported[0]?.text === "*" && from !== undefined) this.stars.push({ level: from.level, module: from.module });
    const plain = imported.filter((token) => token.text !== "(" && token.text !== ")");
    for (const part of splitAt(plain, ",")) {
      this.import(part);
      const [first, bound] = [part[0], part.at(-1)];
      if (first === undefined || bound?.kind !== "name") continue;
      this.table.callables.set(bound.text, "value");
      if (from !== undefined)
        this.table.imports.push([bound.text, { level: from.level, module: from.module, name: first.text }]);
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
        this.table.add(token);
    });
  }

  private walrus(tokens: readonly Token[]): void {
    tokens.forEach((token, i) => {
      if (token.text === ":=") this.table.add(tokens[i - 1]);
    });
  }
}

/** `match` and `case` are names too: they begin a block only where no assignment, call or attribute follows. */
function isBlock([first, second]: readonly Token[]): boolean {
  if (first?.kind !== "name" || !blocks.has(first.text)) return false;
  if (first.text !== "match" && first.text !== "case") return true;
  return second !== undefined && !["=", ".", ":", ",", ")"].includes(second.text);
}
