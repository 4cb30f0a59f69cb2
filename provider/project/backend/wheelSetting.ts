import { asString, asStrings, asTable, asTables, listText, type TomlTable } from "../../lib/toml.js";
import type { Pyproject } from "../pyproject.js";

/** A module or package of the project that is missing in its wheel. */
export interface MissingFromWheel {
  /** `jobs`, or `jobs.py` for a module that is a file. */
  readonly top: string;
  /** Its folder relative to the project, "" for the project's own. */
  readonly folder: string;
  readonly hasInit: boolean;
  /** Top-level packages of the project that the wheel has. */
  readonly packaged: readonly string[];
}

/**
 * The setting of the project's build backend that puts it into the wheel, as in pyproject.toml. Undefined when none is
 * known.
 */
export function wheelSetting(pyproject: Pyproject, missing: MissingFromWheel): string | undefined {
  const backend = pyproject.buildSystem?.backend ?? "setuptools.build_meta";
  const known = settings.find(({ pattern }) => pattern.test(backend));
  return known?.of(pyproject, missing);
}

interface Setting {
  readonly pattern: RegExp;
  readonly of: (pyproject: Pyproject, missing: MissingFromWheel) => string | undefined;
}

const settings: readonly Setting[] = [
  { pattern: /^setuptools\b/, of: setuptools },
  { pattern: /^hatchling\b/, of: hatchling },
  { pattern: /^uv_build\b/, of: uvBuild },
  { pattern: /^poetry\b/, of: poetry },
  { pattern: /^pdm\b/, of: pdm },
];

function setuptools({ tool }: Pyproject, { top, packaged, folder }: MissingFromWheel): string | undefined {
  const table = asTable(tool["setuptools"]);
  const name = top.replace(/\.py$/, "");
  const where = folder === "" ? "" : `, where = ${listText([folder])}`;
  const find = (names: readonly string[]) =>
    `[tool.setuptools.packages] find = { include = ${listText(names.map((one) => `${one}*`))}${where} }`;
  if (top.endsWith(".py")) {
    const modules = `[tool.setuptools] py-modules = ${listText([...asStrings(table["py-modules"]), name])}`;
    // Naming modules turns off the discovery of packages.
    const needsPackages = table["packages"] === undefined && table["py-modules"] === undefined && packaged.length > 0;
    return needsPackages ? `${modules} and ${find(packaged)}` : modules;
  }
  if (Array.isArray(table["packages"]))
    return `[tool.setuptools] packages = ${listText([...asStrings(table["packages"]), name])}`;
  const include = asStrings(asTable(asTable(table["packages"])["find"])["include"]);
  if (include.length > 0)
    return `[tool.setuptools.packages] find = { include = ${listText([...include, `${name}*`])}${where} }`;
  return find([...packaged, name]);
}

function hatchling(_: Pyproject, { top, folder }: MissingFromWheel): string {
  const place = folder === "" ? top : `${folder}/${top}`;
  return `[tool.hatch.build.targets.wheel.force-include] ${quoted(place)} = ${quoted(top)}`;
}

function uvBuild({ tool, project }: Pyproject, { top, folder, hasInit }: MissingFromWheel): string | undefined {
  const table = asTable(asTable(tool["uv"])["build-backend"]);
  // It packages folders with an __init__.py below one root, but no single-file modules.
  if (!hasInit || folder !== (asString(table["module-root"]) ?? "src")) return undefined;
  const given = asString(table["module-name"]);
  const named = given === undefined ? asStrings(table["module-name"]) : [given];
  const usual = (project?.name ?? "").replace(/[-.]/g, "_");
  return `[tool.uv.build-backend] module-name = ${listText([...(named.length > 0 ? named : [usual]), top])}`;
}

function poetry({ tool }: Pyproject, { top, folder, packaged }: MissingFromWheel): string {
  const entry = (include: string, from: unknown) =>
    `{ include = ${quoted(include)}${typeof from === "string" && from !== "" ? `, from = ${quoted(from)}` : ""} }`;
  const given: readonly TomlTable[] = asTables(asTable(tool["poetry"])["packages"]);
  const existing =
    given.length > 0
      ? given.map((one) => entry(asString(one["include"]) ?? "", one["from"]))
      : packaged.map((name) => entry(name, folder));
  return `[tool.poetry] packages = [${[...existing, entry(top, folder)].join(", ")}]`;
}

function pdm({ tool }: Pyproject, { top, folder, packaged }: MissingFromWheel): string {
  const given = asStrings(asTable(asTable(tool["pdm"])["build"])["includes"]);
  const place = (name: string) => (folder === "" ? name : `${folder}/${name}`);
  return `[tool.pdm.build] includes = ${listText([...(given.length > 0 ? given : packaged.map(place)), place(top)])}`;
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
