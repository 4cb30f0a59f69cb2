import { readLogicalLines, TokenError, type LogicalLine, type Token } from "./pythonTokens.js";

/** One import statement, at any depth of the module. */
export interface Import {
  /** Dots in front: 0 for an absolute import. */
  readonly level: number;
  /** `a.b`; empty in `from . import c`. */
  readonly module: string;
  /** What is imported from it. */
  readonly names: readonly string[];
  /**
   * Whether it never runs in Lambda, or may fail: below `if TYPE_CHECKING` or `if __name__ == "__main__"`, or in a
   * `try` that expects an ImportError.
   */
  readonly isOptional: boolean;
  /** Whether it never runs in Lambda. */
  readonly isDead: boolean;
  /** Whether it runs whenever the module is loaded: a statement of its own, in no block. */
  readonly isTopLevel: boolean;
  /** Index of the logical line. */
  readonly line: number;
}

export interface ImportedFrom {
  /** Dots in front: 0 for an absolute import. */
  readonly level: number;
  readonly module: string;
}

/** With dots, from the root of the archive. Undefined when there are too many dots in front. */
export function importedModule(file: string, { level, module }: ImportedFrom): string | undefined {
  if (level === 0) return module;
  const folders = file.split("/").slice(0, -1);
  if (level > folders.length) return undefined;
  return [...folders.slice(0, folders.length - level + 1), module].filter((part) => part !== "").join(".");
}

export interface ImportedName extends ImportedFrom {
  /** In that module. */
  readonly name: string;
}

/** The imports of a module. Empty if the source cannot be parsed. */
export function importsOf(source: string): Import[] {
  try {
    return importsInLines(readLogicalLines(source));
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    return [];
  }
}

export function importsInLines(lines: readonly LogicalLine[]): Import[] {
  const optional = blockLines(lines, isOptionalBlock);
  const dead = blockLines(lines, (_, i) => isNeverRun(lines[i]!.tokens));
  return lines.flatMap(({ tokens, indent }, i) => {
    const isTopLevel = indent === 0 && ["import", "from"].includes(tokens[0]?.text ?? "");
    return statements(tokens)
      .flatMap(importsIn)
      .map((found) => ({ ...found, isOptional: optional.has(i), isDead: dead.has(i), isTopLevel, line: i }));
  });
}

/** Parts of a line that may be separate statements: `try: import x; import y`. */
function statements(tokens: readonly Token[]): (readonly Token[])[] {
  const starts = tokens.flatMap((_, i) => (i === 0 || [";", ":"].includes(tokens[i - 1]!.text) ? [i] : []));
  return starts.map((start, i) => tokens.slice(start, starts[i + 1]));
}

/** Indexes of the lines inside of such blocks. */
export function blockLines(
  lines: readonly LogicalLine[],
  isWanted: (lines: readonly LogicalLine[], at: number) => boolean,
): ReadonlySet<number> {
  const found = new Set<number>();
  lines.forEach((line, i) => {
    if (!isWanted(lines, i)) return;
    found.add(i);
    for (let inside = i + 1; (lines[inside]?.indent ?? -1) > line.indent; inside++) found.add(inside);
  });
  return found;
}

function isOptionalBlock(lines: readonly LogicalLine[], at: number): boolean {
  const { tokens, indent } = lines[at]!;
  const texts = headOf(tokens);
  switch (texts[0]) {
    case "if":
      // `if __package__:` tells whether the module was imported as part of a package.
      return isNeverRun(tokens) || texts.includes("__package__");
    case "with":
      return texts.includes("suppress") && texts.some((text) => importErrors.has(text));
    case "except":
      return expectsImportError(tokens);
    case "try":
      for (const { indent: next, tokens: head } of lines.slice(at + 1)) {
        if (next > indent) continue;
        if (next < indent || !["except", "else", "finally"].includes(head[0]?.text ?? "")) return false;
        if (expectsImportError(head)) return true;
      }
      return false;
    default:
      return false;
  }
}

/** Whether it is the head of a block that never runs in Lambda. */
export function isNeverRun(tokens: readonly Token[]): boolean {
  const head = headOf(tokens).join(" ");
  return /^(el)?if \(?(\w+ \. )?(TYPE_CHECKING|False|0)\)?$|^(el)?if __name__ == ['"]__main__['"]$/.test(head);
}

const importErrors = new Set(["ImportError", "ModuleNotFoundError", "Exception", "BaseException"]);

function expectsImportError(tokens: readonly Token[]): boolean {
  if (tokens[0]?.text !== "except") return false;
  const head = headOf(tokens);
  return head.length === 1 || head.some((text) => importErrors.has(text));
}

/** Up to the colon. */
function headOf(tokens: readonly Token[]): string[] {
  const colon = tokens.findIndex(({ text }) => text === ":");
  return (colon === -1 ? tokens : tokens.slice(0, colon)).map(({ text }) => text);
}

/** Those of one statement. */
export function importsIn(tokens: readonly Token[]): Pick<Import, "level" | "module" | "names">[] {
  const [first] = tokens;
  if (first?.kind !== "name") return [];
  const rest = tokens.slice(1).filter(({ text }) => !["(", ")", ";", ":"].includes(text));
  if (first.text === "import")
    return splitAtCommas(rest).map((part) => ({ level: 0, module: dotted(part), names: [] }));
  const middle = rest.findIndex(({ kind, text }) => kind === "name" && text === "import");
  if (first.text !== "from" || middle === -1) return [];
  const from = rest.slice(0, middle);
  const name = from.findIndex(({ kind }) => kind === "name");
  const dots = (name === -1 ? from : from.slice(0, name)).map(({ text }) => text).join("");
  const names = splitAtCommas(rest.slice(middle + 1)).flatMap(([one]) => (one === undefined ? [] : [one.text]));
  return [{ level: dots.length, module: name === -1 ? "" : dotted(from.slice(name)), names }];
}

/** Up to `as`. */
function dotted(tokens: readonly Token[]): string {
  const as = tokens.findIndex(({ text }) => text === "as");
  return (as === -1 ? tokens : tokens.slice(0, as)).map(({ text }) => text).join("");
}

function splitAtCommas(tokens: readonly Token[]): (readonly Token[])[] {
  const parts: Token[][] = [[]];
  for (const token of tokens)
    if (token.text === ",") parts.push([]);
    else parts.at(-1)!.push(token);
  return parts.filter((part) => part.length > 0);
}
