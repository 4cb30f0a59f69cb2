import { asString, asStrings, type TomlTable } from "../../lib/toml.js";
import { compareVersions, parseVersion } from "../pep440.js";
import { normaliseName } from "../pyproject.js";

/** One requirement, in a form that is comparable between pyproject.toml and uv.lock. */
export interface Requirement {
  readonly name: string;
  /** Extras of the required package, each once, sorted. */
  readonly extras: readonly string[];
  /** `>=1`, `<2`, without spaces. */
  readonly clauses: readonly string[];
  /** `registry`, `local`, `git`, `url` or `index`; undefined when it depends on the environment. */
  readonly source: string | undefined;
  /** The extra of the requiring project that it belongs to. */
  readonly extra: string | undefined;
  /** Without spaces, with one kind of quotes, and without the extra. */
  readonly marker: string;
}

const LOCAL_SOURCES = ["editable", "virtual", "directory", "path"];

/** From `[package.metadata] requires-dist` and its like. */
export function lockedRequirement(table: TomlTable): Requirement {
  const marker = asString(table["marker"]) ?? "";
  return {
    name: normaliseName(asString(table["name"]) ?? ""),
    extras: extrasOf(asStrings(table["extras"])),
    clauses: clausesOf(asString(table["specifier"]) ?? ""),
    source: LOCAL_SOURCES.some((key) => table[key] !== undefined)
      ? "local"
      : (["git", "url", "index"].find((key) => table[key] !== undefined) ?? "registry"),
    extra: /extra == '([^']+)'/.exec(marker)?.[1],
    marker: plainMarker(marker),
  };
}

/** From a requirement string (PEP 508). Undefined when it cannot be parsed. */
export function declaredRequirement(
  text: string,
  sources: Readonly<Record<string, readonly TomlTable[]>>,
  extra?: string,
): Requirement | undefined {
  const match = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*(.*)$/s.exec(text);
  if (match === null) return undefined;
  const name = normaliseName(match[1]!);
  const rest = match[3]!;
  const isUrl = rest.startsWith("@");
  const [specifier = "", ...marker] = isUrl ? rest.split(/\s;/) : rest.split(";");
  return {
    name,
    extras: extrasOf((match[2] ?? "").split(",")),
    clauses: isUrl ? [] : clausesOf(specifier),
    source: isUrl ? (/^@\s*git\+/.test(rest) ? "git" : "url") : sourceOf(sources[name]),
    extra: extra === undefined ? undefined : normaliseName(extra),
    marker: plainMarker(marker.join(";")),
  };
}

/** Whether two requirements ask for the same. Undefined when only uv can tell. */
export function sameRequirement(declared: Requirement, locked: Requirement): boolean | undefined {
  if (declared.extras.join() !== locked.extras.join()) return false;
  if (declared.source !== undefined && declared.source !== locked.source) return false;
  const clauses = sameClauses(declared.clauses, locked.clauses);
  // uv rewrites markers, and drops what `requires-python` implies: only identical ones are known to mean the same.
  return clauses === true && declared.marker !== locked.marker ? undefined : clauses;
}

/** A requirement for a message. */
export function requirementText({ name, extras, clauses }: Requirement): string {
  return `${name}${extras.length > 0 ? `[${extras.join(",")}]` : ""}${clauses.join(",")}`;
}

function sourceOf(tables: readonly TomlTable[] | undefined): string | undefined {
  if (tables === undefined || tables.length === 0) return "registry";
  if (tables.length > 1 || ["marker", "extra", "group"].some((key) => tables[0]![key] !== undefined)) return undefined;
  if (tables[0]!["workspace"] !== undefined || tables[0]!["path"] !== undefined) return "local";
  return ["git", "url", "index"].find((key) => tables[0]![key] !== undefined);
}

/** uv takes an extra that is named twice for one, and writes it twice. */
function extrasOf(names: readonly string[]): string[] {
  const extras = names.map((name) => normaliseName(name.trim()));
  return [...new Set(extras)].filter((extra) => extra !== "").sort();
}

function clausesOf(specifier: string): string[] {
  return specifier
    .replace(/[\s()]/g, "")
    .split(",")
    .filter((clause) => clause !== "");
}

function sameClauses(declared: readonly string[], locked: readonly string[]): boolean | undefined {
  if (declared.length === locked.length && declared.every((a) => locked.some((b) => sameClause(a, b)))) return true;
  // Unknown spellings could still mean the same.
  return [...declared, ...locked].every((clause) => /^[<>=!~]=?[\d.]+(\.\*)?$/.test(clause)) ? false : undefined;
}

function sameClause(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [a, b].map((clause) => /^([<>=!~]=?=?)(.*)$/.exec(clause));
  const [leftVersion, rightVersion] = [left, right].map((match) => parseVersion(match?.[2] ?? ""));
  if (left?.[1] !== right?.[1] || leftVersion === undefined || rightVersion === undefined) return false;
  return compareVersions(leftVersion, rightVersion) === 0;
}

function plainMarker(marker: string): string {
  return marker
    .replaceAll('"', "'")
    .replace(/python_version/g, "python_full_version")
    .replace(/(?: and )?extra == '[^']+'(?: and )?/, "")
    .replace(/\s+/g, "");
}
