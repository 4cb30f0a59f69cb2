import type { LogicalLine, Token } from "../pythonTokens.js";
import { returnedCall } from "./returnedCall.js";
import { unfitHead, type Unfit } from "../pythonFunctions.js";
import { headerEnd, indexAtTop } from "../tokenLists.js";
import { boundNames } from "../unbound/pythonBindings.js";

/** A class without bases and decorators, whose body only defines methods and values. */
export interface PlainClass {
  /** What its body defines. Undefined for what only Python can tell. */
  readonly members: ReadonlyMap<string, Method | undefined>;
  /** Names that its methods mention: they may set attributes. */
  readonly mentioned: ReadonlySet<string>;
}

export interface Method {
  /** Why it cannot be called with an event and a context: as `Class.method`, and as `Class().method`. */
  readonly unfit: { readonly ofClass: Unfit | undefined; readonly ofObject: Unfit | undefined };
}

export interface PlainDefinitions {
  readonly classes: ReadonlyMap<string, PlainClass>;
  /** Functions that return nothing, whatever they are called with. */
  readonly silent: ReadonlySet<string>;
  /** The outermost decorator of a function, where it is a name alone. */
  readonly decorators: ReadonlyMap<string, string>;
  /** Functions that always return what one call makes, and what they call: `flask.Flask`, in parts. */
  readonly makers: ReadonlyMap<string, readonly string[]>;
}

/** Classes and functions at the top of a module, in no block. */
export function plainDefinitions(lines: readonly LogicalLine[]): PlainDefinitions {
  const classes = new Map<string, PlainClass>();
  const silent = new Set<string>();
  const decorators = new Map<string, string>();
  const makers = new Map<string, readonly string[]>();
  let pending: (readonly Token[])[] = [];
  lines.forEach(({ tokens, indent }, i) => {
    // `Class.method = f`, later.
    if (tokens[1]?.text === ".") classes.delete(tokens[0]!.text);
    if (indent > 0) return;
    if (tokens[0]!.text === "@") return void pending.push(tokens);
    const name = tokens[1]?.text ?? "";
    const end = headerEnd(tokens);
    const body = bodyOf(lines, i);
    const rest = { indent: 1, narrowIndent: 1, tokens: tokens.slice(end + 1) };
    const all = rest.tokens.length > 0 ? [rest, ...body] : body;
    const [first] = pending;
    if (tokens[0]!.text === "class" && first === undefined && hasNoBases(tokens.slice(2, end)))
      addClass(classes, name, all);
    else if (tokens[0]!.text === "def" && first === undefined && returnsNothing(all)) silent.add(name);
    else if (tokens[0]!.text === "def" && first?.length === 2) decorators.set(name, first[1]!.text);
    else if (tokens[0]!.text === "def" && first === undefined) {
      const parts = returnedCall(tokens.slice(0, end), all);
      if (parts !== undefined) makers.set(name, parts);
    }
    pending = [];
  });
  return { classes, silent, decorators, makers };
}

function bodyOf(lines: readonly LogicalLine[], head: number): readonly LogicalLine[] {
  let end = head + 1;
  while ((lines[end]?.indent ?? 0) > 0) end++;
  return lines.slice(head + 1, end);
}

function hasNoBases(tokens: readonly Token[]): boolean {
  return ["", "()", "(object)"].includes(tokens.map(({ text }) => text).join(""));
}

/** What decides about attributes in other ways than by their names. */
const dynamic = new Set(
  "__new__ __getattr__ __getattribute__ __setattr__ __slots__ _asdict setattr __dict__ vars locals".split(" "),
);
const simple = new Set(["pass", "..."]);

function addClass(classes: Map<string, PlainClass>, name: string, body: readonly LogicalLine[]): void {
  const members = new Map<string, Method | undefined>();
  const mentioned = new Set<string>();
  const top = body[0]?.indent ?? 0;
  let decorators: string[] = [];
  for (const { tokens, indent } of body) {
    for (const { kind, text } of tokens) if (kind === "name") mentioned.add(text);
    if (indent > top) continue;
    const [first] = tokens;
    const isAsync = first!.text === "async";
    const head = isAsync ? tokens.slice(1) : tokens;
    if (first!.text === "@") decorators.push(tokens.map(({ text }) => text).join(""));
    else if (head[0]?.text === "def") {
      members.set(head[1]!.text, methodOf(head, isAsync, decorators));
      decorators = [];
    } else if (/^(if|for|while|with|try|class|match|exec)$/.test(first!.text)) return;
    else if (first!.kind === "name" && !simple.has(first!.text))
      for (const bound of boundNames(tokens)) members.set(bound, undefined);
  }
  if (![...mentioned].some((one) => dynamic.has(one))) classes.set(name, { members, mentioned });
}

function methodOf(head: readonly Token[], isAsync: boolean, decorators: readonly string[]): Method | undefined {
  const asIs = unfitHead(head, isAsync);
  const bound = unfitHead(withoutFirst(head), isAsync);
  switch (decorators.join()) {
    case "":
      return { unfit: { ofClass: asIs, ofObject: bound } };
    case "@staticmethod":
      return { unfit: { ofClass: asIs, ofObject: asIs } };
    case "@classmethod":
      return { unfit: { ofClass: bound, ofObject: bound } };
    default:
      return undefined;
  }
}

/** Without `self`. */
function withoutFirst(head: readonly Token[]): readonly Token[] {
  const open = head.findIndex(({ text }) => text === "(");
  const inside = head.slice(open + 1);
  if (inside[0]?.text === "*") return head;
  const end = indexAtTop(inside, ({ text }) => text === "," || text === ")");
  const next = inside[end]?.text === "," ? end + 1 : end;
  const rest = inside.slice(next);
  return [...head.slice(0, open + 1), ...(rest[0]?.text === "/" ? rest.slice(rest[1]?.text === "," ? 2 : 1) : rest)];
}

function returnsNothing(body: readonly LogicalLine[]): boolean {
  let nested = Infinity;
  return body.every(({ tokens, indent }) => {
    if (indent > nested) return true;
    nested = Infinity;
    const word = tokens[tokens[0]!.text === "async" ? 1 : 0]?.text ?? "";
    if (word === "def" || word === "class") return ((nested = indent), true);
    return !tokens.some(
      ({ kind, text }, i) =>
        kind === "name" && (text === "yield" || (text === "return" && !isNone(tokens.slice(i + 1)))),
    );
  });
}

/** Whether a `return` with this after it returns nothing. */
function isNone([first, second]: readonly Token[]): boolean {
  const end = first?.text === "None" ? second : first;
  return end === undefined || end.text === ";";
}
