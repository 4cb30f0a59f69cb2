import type { Target } from "../../runtimes/index.js";
import { compareWith, parseVersion, type Operator } from "../pep440.js";

export interface MarkerResult {
  readonly applies: boolean;
  /** Why the marker could not be parsed. It is then assumed to apply, because uv decides what is installed. */
  readonly note?: string;
}

/** Whether an environment marker (PEP 508) holds on a target. An absent marker always holds. */
export function evaluateMarker(marker: string | undefined, target: Target): MarkerResult {
  if (marker === undefined) return { applies: true };
  try {
    return { applies: new MarkerParser(tokenize(marker), markerEnvironment(target)).parse() };
  } catch (error) {
    if (!(error instanceof MarkerSyntaxError)) throw error;
    return {
      applies: true,
      note: `The marker \`${marker}\` cannot be parsed (${error.message}). It is assumed to apply.`,
    };
  }
}

export function markerApplies(marker: string | undefined, target: Target): boolean {
  return evaluateMarker(marker, target).applies;
}

/** Whether the result would differ on the newest patch release of the target's Python. */
export function dependsOnPatch(marker: string | undefined, target: Target): boolean {
  const newest = { ...target, pythonFullVersion: `${target.pythonVersion}.99` };
  return markerApplies(marker, target) !== markerApplies(marker, newest);
}

/** Names of the variables in a marker, without older spellings. Empty when the marker cannot be parsed. */
export function markerVariables(marker: string): string[] {
  try {
    return tokenize(marker)
      .map(variable)
      .filter((name) => name !== undefined);
  } catch (error) {
    if (!(error instanceof MarkerSyntaxError)) throw error;
    return [];
  }
}

/**
 * The values that uv uses with `--python-version 3.N.P` and `--python-platform`. The host's own values never decide.
 */
function markerEnvironment(target: Target): ReadonlyMap<string, string> {
  const full = target.pythonFullVersion;
  return new Map([
    ["implementation_name", "cpython"],
    ["implementation_version", full],
    ["os_name", "posix"],
    ["platform_machine", target.machine],
    ["platform_python_implementation", "CPython"],
    ["platform_release", ""],
    ["platform_system", "Linux"],
    ["platform_version", ""],
    ["python_full_version", full],
    ["python_version", target.pythonVersion],
    ["sys_platform", "linux"],
  ]);
}

const aliases: Readonly<Record<string, string>> = {
  "os.name": "os_name",
  "platform.machine": "platform_machine",
  "platform.python_implementation": "platform_python_implementation",
  "platform.version": "platform_version",
  python_implementation: "platform_python_implementation",
  "sys.platform": "sys_platform",
};

/** An export contains the selection: no marker in it can ask for another extra or group. */
const sets = new Set(["extra", "extras", "dependency_groups"]);
const versions = new Set(["implementation_version", "python_full_version", "python_version"]);

/** Brackets in brackets. uv writes two or three; a parser that follows thousands runs out of stack. */
const maxDepth = 100;

class MarkerSyntaxError extends Error {}

type Token = { readonly kind: "string" | "name" | "operator" | "bracket"; readonly text: string };

function tokenize(marker: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:'([^']*)'|"([^"]*)"|(===|~=|==|!=|<=|>=|<|>)|([()])|([A-Za-z_][A-Za-z0-9_.]*))/y;
  const end = marker.trimEnd().length;
  while (pattern.lastIndex < end) {
    const start = pattern.lastIndex;
    const match = pattern.exec(marker);
    if (!match) throw new MarkerSyntaxError(`at character ${start + 1}`);
    const [, single, double, operator, bracket, name] = match;
    if (operator !== undefined) tokens.push({ kind: "operator", text: operator });
    else if (bracket !== undefined) tokens.push({ kind: "bracket", text: bracket });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else tokens.push({ kind: "string", text: single ?? double ?? "" });
  }
  return tokens;
}

/** or := and ("or" and)*; and := term ("and" term)*; term := "(" or ")" | value operator value */
class MarkerParser {
  private position = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly environment: ReadonlyMap<string, string>,
  ) {}

  parse(): boolean {
    const result = this.or();
    if (this.position < this.tokens.length)
      throw new MarkerSyntaxError(`unexpected "${this.tokens[this.position]?.text}"`);
    return result;
  }

  private or(): boolean {
    let result = this.and();
    // Both sides are always parsed, so that an invalid one is noticed.
    while (this.takeWord("or")) result = this.and() || result;
    return result;
  }

  private and(): boolean {
    let result = this.term();
    while (this.takeWord("and")) result = this.term() && result;
    return result;
  }

  private term(): boolean {
    if (this.take("bracket", "(")) {
      if (++this.depth > maxDepth) throw new MarkerSyntaxError("it is nested too deeply");
      const result = this.or();
      this.depth--;
      if (!this.take("bracket", ")")) throw new MarkerSyntaxError("a bracket is not closed");
      return result;
    }
    const left = this.next();
    const operator = this.operator();
    return this.compare(left, operator, this.next());
  }

  private operator(): Operator | "in" | "not in" {
    if (this.takeWord("in")) return "in";
    if (this.takeWord("not")) {
      if (this.takeWord("in")) return "not in";
      throw new MarkerSyntaxError('"not" without "in"');
    }
    const token = this.next();
    if (token.kind !== "operator") throw new MarkerSyntaxError(`"${token.text}" is not an operator`);
    return token.text as Operator;
  }

  private compare(left: Token, operator: Operator | "in" | "not in", right: Token): boolean {
    const [leftName, rightName] = [variable(left), variable(right)];
    if (leftName !== undefined && sets.has(leftName)) return operator === "!=" || operator === "not in";
    if (rightName !== undefined && sets.has(rightName)) return operator === "!=" || operator === "not in";
    const [a, b] = [this.value(left), this.value(right)];
    if (operator === "in" || operator === "not in") {
      const isVersionList = leftName !== undefined && versions.has(leftName);
      return (isVersionList ? inVersions(a, b) : b.includes(a)) === (operator === "in");
    }
    if (operator === "===") return a === b;
    if (leftName !== undefined && versions.has(leftName)) return compareVersionText(a, operator, b);
    if (rightName !== undefined && versions.has(rightName)) return compareVersionText(b, flip(operator), a);
    return compareText(a, operator, b);
  }

  private value(token: Token): string {
    const name = variable(token);
    if (name === undefined) return token.text;
    const value = this.environment.get(name);
    if (value === undefined) throw new MarkerSyntaxError(`"${token.text}" is unknown`);
    return value;
  }

  private next(): Token {
    const token = this.tokens[this.position++];
    if (!token) throw new MarkerSyntaxError("it ends too early");
    return token;
  }

  private take(kind: Token["kind"], text: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== kind || token.text !== text) return false;
    this.position++;
    return true;
  }

  private takeWord(word: string): boolean {
    return this.take("name", word);
  }
}

function variable(token: Token): string | undefined {
  return token.kind === "name" ? (aliases[token.text] ?? token.text) : undefined;
}

function inVersions(version: string, list: string): boolean {
  return list.split(/[\s,]+/).some((item) => item !== "" && compareVersionText(version, "==", item));
}

/** Compares versions if both sides are versions, else text. */
function compareVersionText(version: string, operator: Operator, wanted: string): boolean {
  const parsed = parseVersion(version);
  const result = parsed && compareWith(parsed, operator, wanted.trim());
  return result ?? compareText(version, operator, wanted);
}

function compareText(a: string, operator: Operator, b: string): boolean {
  switch (operator) {
    case "==":
    case "===":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "~=":
      return false; // Only versions have compatible releases.
  }
}

const flipped: Partial<Record<Operator, Operator>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function flip(operator: Operator): Operator {
  return flipped[operator] ?? operator;
}
