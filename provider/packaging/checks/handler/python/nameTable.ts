import type { AssignedValue, Unfit } from "./pythonFunctions.js";
import type { ImportedName } from "./pythonImports.js";
import type { Token } from "./pythonTokens.js";
import { splitAt } from "./tokenLists.js";

export interface Definition {
  readonly name: string;
  readonly isAsync: boolean;
  /** Without decorators. */
  readonly isPlain: boolean;
  unfit: Unfit | undefined;
}

/** What the statements of a module, read so far, have bound. */
export class NameTable {
  readonly names = new Set<string>();
  readonly callables = new Map<string, "function" | "value">();
  readonly deleted = new Set<string>();
  /** Names that a later statement binds again, whatever they were before. */
  readonly rebound = new Set<string>();
  /** Whether the statement that is read runs whenever the module is loaded. */
  isFirm = false;
  imports: (readonly [string, ImportedName])[] = [];
  assignments: (readonly [string, AssignedValue])[] = [];
  modules: (readonly [string, string])[] = [];
  functions: Definition[] = [];
  /** Names that something else than a function binds. */
  private readonly others = new Set<string>();
  /** How many statements bind each name. */
  private readonly bindings = new Map<string, number>();
  /** Names that functions bind, whenever they are called. */
  private readonly globals = new Set<string>();

  /** A definition without a function's body to look at makes `name` something else. */
  define(name: string, definition: Definition | undefined): void {
    this.bind(name);
    this.callables.delete(name);
    if (definition === undefined) this.others.add(name);
    else this.functions.push(definition);
  }

  add(token: Token | undefined): void {
    if (token?.kind !== "name") return;
    this.bind(token.text);
    this.others.add(token.text);
  }

  addGlobal(token: Token): void {
    this.globals.add(token.text);
    this.add(token);
  }

  /** What `del` is followed by. A function may bind its `global` names again. */
  delete(tokens: readonly Token[]): void {
    const plain = tokens.filter(({ text }) => text !== "(" && text !== ")");
    for (const [first, ...more] of splitAt(plain, ",")) {
      if (first?.kind !== "name" || more.length > 0 || this.globals.has(first.text)) continue;
      if (this.names.has(first.text)) this.deleted.add(first.text);
      this.forget(first.text);
    }
  }

  /** Functions that cannot be called with an event and a context, where nothing else has their name. */
  unfit(): Map<string, Unfit> {
    const fit = new Set([...this.others, ...this.functions.flatMap(({ name, unfit }) => (unfit ? [] : [name]))]);
    return new Map(this.functions.flatMap(({ name, unfit }) => (unfit && !fit.has(name) ? [[name, unfit]] : [])));
  }

  boundOnce<T>(entries: readonly (readonly [string, T])[]): Map<string, T> {
    return new Map(entries.filter(([name]) => this.bindings.get(name) === 1));
  }

  private forget(name: string): void {
    for (const known of [this.names, this.callables, this.others, this.bindings]) known.delete(name);
    this.imports = this.imports.filter(([bound]) => bound !== name);
    this.assignments = this.assignments.filter(([bound]) => bound !== name);
    this.modules = this.modules.filter(([bound]) => bound !== name);
    this.functions = this.functions.filter((one) => one.name !== name);
  }

  private bind(name: string): void {
    if (this.isFirm && this.names.has(name) && !this.globals.has(name)) {
      this.rebound.add(name);
      this.forget(name);
    }
    this.names.add(name);
    this.bindings.set(name, (this.bindings.get(name) ?? 0) + 1);
  }
}
