import * as path from "node:path";
import { UvLambdaError } from "../lib/errors.js";
import {
  asString,
  asStrings,
  asTable,
  asTables,
  parseToml,
  readTomlText,
  TomlFileError,
  type TomlTable,
} from "../lib/toml.js";

/** The parts of a pyproject.toml that matter here. Absent lists are empty and absent tables missing, never null. */
export interface Pyproject {
  /** Absolute path of the file, and of its folder. */
  readonly file: string;
  readonly folder: string;
  /** Undefined in a virtual workspace root. */
  readonly project: ProjectTable | undefined;
  readonly buildSystem: BuildSystem | undefined;
  /** Group names as written, each with its entries: requirements or `{include-group}` tables. */
  readonly dependencyGroups: Readonly<Record<string, readonly unknown[]>>;
  readonly uv: UvTable;
  /** `[tool]`, unchecked: for what build backends keep there. */
  readonly tool: TomlTable;
}

export interface ProjectTable {
  /** Normalised as uv does: `My.Lib_x` is `my-lib-x`. */
  readonly name: string;
  readonly version: string | undefined;
  readonly dynamic: readonly string[];
  readonly requiresPython: string | undefined;
  readonly dependencies: readonly string[];
  /** Extras by name as written. */
  readonly optionalDependencies: Readonly<Record<string, readonly string[]>>;
  /** Path of the readme relative to the folder, when it is a file. */
  readonly readme: string | undefined;
}

export interface BuildSystem {
  readonly requires: readonly string[];
  /** Undefined means setuptools, according to PEP 517. */
  readonly backend: string | undefined;
}

export interface UvTable {
  readonly package: boolean | undefined;
  readonly managed: boolean | undefined;
  readonly workspace: { readonly members: readonly string[]; readonly exclude: readonly string[] } | undefined;
  /** Sources by normalised package name; one table for each `marker`, `extra` or `group`. */
  readonly sources: Readonly<Record<string, readonly TomlTable[]>>;
  readonly devDependencies: readonly string[];
  readonly constraints: readonly string[];
  readonly overrides: readonly string[];
}

const FILE_NAME = "pyproject.toml";

/** Reads `folder`/pyproject.toml. Throws PROJECT_UNREADABLE that names file, line and column. */
export function readPyproject(folder: string): Pyproject {
  const file = path.join(folder, FILE_NAME);
  try {
    return parsePyproject(readTomlText(file), file);
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    throw new UvLambdaError("PROJECT_UNREADABLE", error.message);
  }
}

/** Like readPyproject, but undefined when there is no such file. */
export function readPyprojectIfAny(folder: string): Pyproject | undefined {
  return readPyprojectAndText(folder)?.pyproject;
}

/** Like readPyprojectIfAny, with the text that it was read from. */
export function readPyprojectAndText(
  folder: string,
): { readonly pyproject: Pyproject; readonly text: string } | undefined {
  const file = path.join(folder, FILE_NAME);
  try {
    const text = readTomlText(file);
    return { pyproject: parsePyproject(text, file), text };
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    if (error.missing) return undefined;
    throw new UvLambdaError("PROJECT_UNREADABLE", error.message);
  }
}

/** Throws TomlFileError for invalid TOML, and PROJECT_UNREADABLE for a project without a valid name. */
export function parsePyproject(text: string, file: string): Pyproject {
  const toml = parseToml(text, file);
  const tool = asTable(toml["tool"]);
  return {
    file,
    folder: path.dirname(file),
    project: toml["project"] === undefined ? undefined : readProjectTable(asTable(toml["project"]), file),
    buildSystem: toml["build-system"] === undefined ? undefined : readBuildSystem(asTable(toml["build-system"])),
    dependencyGroups: mapValues(asTable(toml["dependency-groups"]), asArray),
    uv: readUvTable(asTable(tool["uv"])),
    tool,
  };
}

/** Whether uv builds and installs the project itself, not only its dependencies. */
export function isPackage(pyproject: Pyproject): boolean {
  return pyproject.project !== undefined && (pyproject.uv.package ?? pyproject.buildSystem !== undefined);
}

/** A package or group name in the normal form for comparisons. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

function readProjectTable(table: TomlTable, file: string): ProjectTable {
  const name = asString(table["name"]);
  if (name === undefined) throw unreadable(file, "[project] has no `name`");
  // The name becomes part of file names and command lines, so only names that Python packaging allows pass.
  if (!/^([a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])$/i.test(name) || name.length > 200)
    throw unreadable(file, `[project] name ${JSON.stringify(name.slice(0, 80))} is not a valid package name`);
  const readme = table["readme"];
  return {
    name: normaliseName(name),
    version: asString(table["version"]),
    dynamic: asStrings(table["dynamic"]),
    requiresPython: asString(table["requires-python"]),
    dependencies: asStrings(table["dependencies"]),
    optionalDependencies: mapValues(asTable(table["optional-dependencies"]), asStrings),
    readme: asString(readme) ?? asString(asTable(readme)["file"]),
  };
}

function readBuildSystem(table: TomlTable): BuildSystem {
  return { requires: asStrings(table["requires"]), backend: asString(table["build-backend"]) };
}

function readUvTable(table: TomlTable): UvTable {
  const workspace = table["workspace"] === undefined ? undefined : asTable(table["workspace"]);
  return {
    package: asBoolean(table["package"]),
    managed: asBoolean(table["managed"]),
    workspace: workspace && { members: asStrings(workspace["members"]), exclude: asStrings(workspace["exclude"]) },
    sources: Object.fromEntries(
      Object.entries(asTable(table["sources"])).map(([name, source]) => [
        normaliseName(name),
        Array.isArray(source) ? asTables(source) : [asTable(source)],
      ]),
    ),
    devDependencies: asStrings(table["dev-dependencies"]),
    constraints: asStrings(table["constraint-dependencies"]),
    overrides: asStrings(table["override-dependencies"]),
  };
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

function mapValues<T>(table: TomlTable, read: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, read(value)]));
}

function unreadable(file: string, what: string): UvLambdaError {
  return new UvLambdaError("PROJECT_UNREADABLE", `${file}: ${what}`);
}
