import { existsSync } from "node:fs";
import * as path from "node:path";
import { GlobError, compileGlob, matchesWithParents } from "../../lib/patterns/glob.js";
import { compileWildcard, wildcardMatches } from "../../lib/patterns/wildcard.js";
import { asStrings, asTable, listText, type TomlTable } from "../../lib/toml.js";
import type { Pyproject } from "../pyproject.js";

/** A module of a package that ships, without this file. */
export interface LeftOutFile {
  /** Relative to the project, with `/`: `src/app/gen_pb2.py`. */
  readonly place: string;
  /** The package that it belongs to: `app`. */
  readonly package: string;
}

/**
 * The setting of the project's build backend that puts these files into its wheel, as in pyproject.toml. Undefined when
 * none is known.
 */
export function leftOutSetting(pyproject: Pyproject, files: readonly LeftOutFile[]): string | undefined {
  const backend = pyproject.buildSystem?.backend ?? "setuptools.build_meta";
  const [, of] = settings.find(([pattern]) => pattern.test(backend)) ?? [];
  return of?.(pyproject, files);
}

/** Why the backend leaves files out, as far as that is known. */
export function leftOutReason(pyproject: Pyproject): string {
  const backend = pyproject.buildSystem?.backend ?? "setuptools";
  const rules = /^hatchling\b/.test(backend) ? ": it leaves out what .gitignore or its own exclude names" : "";
  return `its build backend (${backend}) does not put it into the wheel${rules}`;
}

type SettingOf = (pyproject: Pyproject, files: readonly LeftOutFile[]) => string | undefined;

const settings: readonly (readonly [RegExp, SettingOf])[] = [
  [/^hatchling\b/, hatchling],
  [/^setuptools\b/, setuptools],
  [/^uv_build\b/, (...given) => excluded(["uv", "build-backend"], ["wheel-exclude", "source-exclude"], ...given)],
  [/^poetry\b/, (...given) => excluded(["poetry"], ["exclude"], ...given)],
  [/^pdm\b/, (...given) => excluded(["pdm", "build"], ["excludes"], ...given)],
];

/** Artifacts ship whatever .gitignore and `exclude` say. A package without its `__init__.py` lacks the other files too. */
function hatchling({ tool, folder }: Pyproject, files: readonly LeftOutFile[]): string | undefined {
  // It replaces tables of pyproject.toml.
  if (existsSync(path.join(folder, "hatch.toml"))) return undefined;
  const build = asTable(asTable(tool["hatch"])["build"]);
  const wheel = asTable(asTable(build["targets"])["wheel"]);
  const isShared = wheel["artifacts"] === undefined && build["artifacts"] !== undefined;
  const given = asStrings((isShared ? build : wheel)["artifacts"]);
  const table = isShared ? "tool.hatch.build" : "tool.hatch.build.targets.wheel";
  return `[${table}] artifacts = ${listText([...given, ...files.map(({ place }) => `/${place.replace(/\/__init__\.py$/, "/")}`)])}`;
}

function setuptools({ tool }: Pyproject, files: readonly LeftOutFile[]): string | undefined {
  const table = asTable(tool["setuptools"]);
  const packages = [...new Set(files.map((file) => file.package))];
  const listed = asStrings(table["packages"]);
  if (Array.isArray(table["packages"]))
    return packages.every((name) => listed.includes(name))
      ? undefined
      : `[tool.setuptools] packages = ${listText([...listed, ...packages])}`;
  const find = asTable(asTable(table["packages"])["find"]);
  const [include, exclude] = [asStrings(find["include"]), asStrings(find["exclude"])];
  const isNamed = (pattern: string) => packages.some((name) => wildcardMatches(compileWildcard(pattern), name));
  const kept = exclude.filter((pattern) => !isNamed(pattern));
  if (kept.length < exclude.length) return `[tool.setuptools.packages.find] exclude = ${listText(kept)}`;
  if (include.length === 0) return undefined;
  return `[tool.setuptools.packages.find] include = ${listText([...include, ...packages])}`;
}

/** The list of exclusions without those that name the files. */
function excluded(
  tables: readonly string[],
  keys: readonly string[],
  { tool }: Pyproject,
  files: readonly LeftOutFile[],
): string | undefined {
  const table = tables.reduce<TomlTable>((outer, name) => asTable(outer[name]), tool);
  const changed = keys.flatMap((key) => {
    const given = asStrings(table[key]);
    const kept = given.filter((pattern) => !files.some(({ place }) => names(pattern, place)));
    return kept.length === given.length ? [] : [`[tool.${tables.join(".")}] ${key} = ${listText(kept)}`];
  });
  return changed.length === 0 ? undefined : changed.join(" and ");
}

/** Whether a backend's pattern names the file or a folder above it. False for patterns that only the backend knows. */
function names(pattern: string, place: string): boolean {
  try {
    return matchesWithParents([compileGlob(pattern)], place);
  } catch (error) {
    if (error instanceof GlobError) return false;
    throw error;
  }
}
