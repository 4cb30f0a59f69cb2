import { existsSync, statSync } from "node:fs";
import * as path from "node:path";
import { posixRelative } from "../../../lib/paths.js";
import { matchesWithParents } from "../../../lib/patterns/glob.js";
import { readTextSync } from "../../../lib/regularFile.js";
import { leftOutReason, leftOutSetting, type LeftOutFile } from "../../../project/backend/leftOutSetting.js";
import { wheelSetting } from "../../../project/backend/wheelSetting.js";
import type { WorkspaceMember } from "../../../project/members.js";
import { isPackage, type Pyproject } from "../../../project/pyproject.js";
import { createOwnFileFilter } from "../../../project/sources/ownFileFilter.js";
import { compileGlobs, ownFileRules, ownFilesBase } from "../../../project/sources/ownFiles.js";
import type { Project } from "../../../project/workspace.js";
import type { PackageRequest } from "../../request.js";
import type { ClosedWork } from "../../closure/readClosure.js";
import type { ProjectModules } from "./handler.js";
import { findModule, moduleOfFile } from "./modules.js";
import type { Shipped } from "./shipped.js";
import { importsOf } from "./python/pythonImports.js";

export type ModulesWork = Pick<ClosedWork, "project" | "request" | "closure">;

/** A module's file on the disk. */
interface Found {
  /** Absolute: the folder where imports begin, and its project. */
  readonly base: string;
  /** From there, with `/`. */
  readonly file: string;
}

/** Finds modules in the project's folder that do not ship, and says how to ship them. */
export function projectModules(work: ModulesWork, shipped: Shipped): ProjectModules {
  return {
    async explain(module) {
      const { project, request } = work;
      const others = project.members.filter(({ folder }) => folder !== project.folder);
      const found = basesOf(project.folder, request.source)
        .map((base) => find(base, module))
        .find((found) => found !== undefined && memberOf(others, found) === undefined);
      if (found !== undefined) return explainOwn(work, shipped, found);
      return (await explainMember(work, shipped, others, module)) ?? rootHintOf(project, request);
    },
    async sourceFor(folder, file) {
      const { project, request } = work;
      const place = basesOf(project.folder, request.source)
        .map((base) => path.join(base, folder))
        .find((one) => existsSync(path.join(one, `${file}.py`)) || existsSync(path.join(one, file)));
      return place === undefined ? undefined : inputOf(request.project, place);
    },
  };
}

export function basesOf(folder: string, source?: string): string[] {
  return [...(source === undefined ? [] : [source]), path.join(folder, "src"), folder];
}

function find(base: string, module: string): Found | undefined {
  const file = moduleFile(base, module);
  return file === undefined ? undefined : { base, file };
}

/** The file of a module below a folder, with `/`. */
export function moduleFile(base: string, module: string): string | undefined {
  const stem = module.replaceAll(".", "/");
  return [`${stem}/__init__.py`, `${stem}.py`].find((one) => isFile(path.join(base, one)));
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}

function memberOf(members: readonly WorkspaceMember[], { base, file }: Found): WorkspaceMember | undefined {
  const place = path.join(base, file);
  return members.find(({ folder }) => place.startsWith(folder + path.sep) && !base.startsWith(folder + path.sep));
}

async function explainOwn(work: ModulesWork, shipped: Shipped, found: Found): Promise<string> {
  const { project, request } = work;
  const place = `${inputOf(project.folder, path.join(found.base, found.file))} is in the project`;
  const excluded = request.exclude.filter((pattern) =>
    matchesWithParents(compileGlobs("exclude", [pattern]), found.file),
  );
  if (excluded.length > 0) return `${place}, but \`exclude\` leaves it out: ${JSON.stringify(excluded[0])}.`;
  const { onlyInclude = [] } = request;
  const isListed = matchesWithParents(compileGlobs("onlyInclude", onlyInclude), found.file);
  if (onlyInclude.length > 0 && !isListed) return `${place}, but \`onlyInclude\` does not name it.`;
  const base = ownFilesBase(project, request);
  const shippedAs = posixRelative(base ?? path.join(project.folder, "src"), path.join(found.base, found.file));
  if (base !== found.base && shipped.paths.has(shippedAs) && shipped.isOwn(shippedAs)) {
    const module = shippedAs.replace(/(\/__init__)?\.py$/, "").replaceAll("/", ".");
    return `${place}, and ships as the module "${module}", where no function of this name takes an event and a context. Name one that does, and its module without the folder that holds what ships.`;
  }
  if (base === found.base) return `${place}, ${await explainLeftOut(work, found)}`;
  const source = await sourceThatWorks(work, shipped, found);
  if (base !== undefined) {
    const move = `move it into ${inputOf(project.folder, base)}/`;
    return `${place}, beside the folder that ships. To fix this, ${move}${source === undefined ? "" : `, or set \`source: "${source}"\``}.`;
  }
  return notInWheel({ place, pyproject: project.pyproject, source }, shipped, found);
}

function notInWheel(
  { place, pyproject, source }: { place: string; pyproject: Pyproject; source?: string | undefined },
  shipped: Shipped,
  found: Found,
): string {
  const [top = ""] = found.file.split("/");
  // A package that ships lacks a file, or the whole package is missing.
  const ships = [...shipped.paths].some((one) => one.startsWith(`${top}/`) && shipped.isOwn(one));
  const setting = ships
    ? leftOutSetting(pyproject, [leftOutFile(pyproject, found)])
    : wheelSettingFor(pyproject, shipped, found);
  const ways = [
    ...(setting === undefined ? [] : [`set \`${setting}\` in pyproject.toml`]),
    ...(source === undefined ? [] : [`set \`source: "${source}"\`, so that its files ship as they are`]),
  ];
  const fix =
    ways.length > 0 ? ` To fix this, ${ways.join(", or ")}.` : " Move it into a package that the backend includes.";
  return `${place}, but ${leftOutReason(pyproject)}.${fix}`;
}

export function leftOutFile({ folder }: Pyproject, { base, file }: Found): LeftOutFile {
  const inner = file.replace(/(\/__init__)?\.py$/, "").split("/");
  const parts = file.endsWith("/__init__.py") ? inner : inner.slice(0, -1);
  return { place: posixRelative(folder, path.join(base, file)), package: parts.join(".") };
}

/** The setting of the build backend that puts a module's top-level folder or file into the wheel. */
export function wheelSettingFor(pyproject: Pyproject, shipped: Shipped, { base, file }: Found): string | undefined {
  const [top = ""] = file.split("/");
  return wheelSetting(pyproject, {
    top,
    folder: posixRelative(pyproject.folder, base),
    hasInit: isFile(path.join(base, top, "__init__.py")),
    packaged: packagedNames(shipped, base),
  });
}

/** Top-level packages in this folder that ship. */
function packagedNames({ paths, isOwn }: Shipped, base: string): string[] {
  const tops = [...paths].filter((one) => one.includes("/") && isOwn(one)).map((one) => one.split("/")[0] ?? "");
  return [...new Set(tops)].filter((top) => !top.includes(".") && existsSync(path.join(base, top))).sort();
}

/** What the rules for own files say, and the `include` that brings the file back. */
async function explainLeftOut({ project, request }: ModulesWork, { base, file }: Found): Promise<string> {
  const rules = ownFileRules(project, request);
  const programFiles = compileGlobs("programFiles", request.programFiles ?? []);
  const select = createOwnFileFilter({ ...rules, base, programFiles });
  const parts = file.split("/");
  const depth = parts.findIndex((_, i) => !select(parts.slice(0, i + 1).join("/"), i < parts.length - 1));
  const top = parts.slice(0, depth + 1).join("/");
  const include = depth === parts.length - 1 ? `/${top}` : `${top}/**`;
  const widened = compileGlobs("include", [...request.include, include]);
  const brings = createOwnFileFilter({ ...rules, base, programFiles, include: widened });
  const isBack = parts.every((_, i) => brings(parts.slice(0, i + 1).join("/"), i < parts.length - 1));
  if (isBack) return `but is left out by default. To fix this, set \`include: [${JSON.stringify(include)}]\`.`;
  return "but its folder never ships, because it belongs to the Pulumi program or to a tool. To fix this, move it.";
}

/** The `source` for the folder of this file, if the file would then ship and find what it imports. */
async function sourceThatWorks(
  { project, request }: ModulesWork,
  { paths, isOwn }: Shipped,
  { base, file }: Found,
): Promise<string | undefined> {
  const rules = ownFileRules(project, request);
  const select = createOwnFileFilter({ ...rules, base });
  const parts = file.split("/");
  if (!parts.every((_, i) => select(parts.slice(0, i + 1).join("/"), i < parts.length - 1))) return undefined;
  const text = readTextSync(path.join(base, file));
  if (text === undefined) return undefined;
  const isLost = importsOf(text).some(({ level, module }) => {
    const [first = ""] = module.split(".");
    const imported = level === 0 ? findModule(paths, first) : undefined;
    const isThere = [first, `${first}.py`].some((name) => existsSync(path.join(base, name)));
    return imported !== undefined && !isThere && [...paths].some((one) => one.startsWith(imported.path) && isOwn(one));
  });
  return isLost ? undefined : inputOf(request.project, base);
}

async function explainMember(
  work: ModulesWork,
  shipped: Shipped,
  others: readonly WorkspaceMember[],
  module: string,
): Promise<string | undefined> {
  const { project, request, closure } = work;
  const inside = find(project.root, module);
  const byPath = inside && memberOf(others, inside);
  const places = others.map((member) => ({
    member,
    found: basesOf(member.folder)
      .map((base) => find(base, module))
      .find((one) => one !== undefined),
  }));
  const [place, another] = places.filter(({ found }) => found !== undefined);
  if (place?.found !== undefined && another === undefined) {
    const { member, found } = place;
    const where = `${inputOf(project.root, path.join(found.base, found.file))} is in ${member.name}, another member of the workspace`;
    const isShipped = closure.local.some(({ folder }) => folder === member.folder);
    if (isShipped && isPackage(member.pyproject))
      return notInWheel({ place: where, pyproject: member.pyproject }, shipped, found);
    return `${where}. To fix this, set \`package: "${member.name}"\`.`;
  }
  if (byPath === undefined || inside === undefined) return undefined;
  const within = inputOf(byPath.folder, path.join(inside.base, inside.file)).replace(/^src\//, "");
  const name = request.handler.slice(request.handler.lastIndexOf("."));
  const handler = `${moduleOfFile(within)}${name}`;
  return `The module is in ${byPath.name}, another member of the workspace. To fix this, set \`package: "${byPath.name}"\` and \`handler: "${handler}"\`.`;
}

/** For a project that is the root of a workspace with other members, none of which was chosen: probably a mistake. */
export function rootHintOf(project: Project, request: Pick<PackageRequest, "package">): string | undefined {
  const others = project.members.filter(({ folder }) => folder !== project.folder);
  if (project.folder !== project.root || request.package !== undefined || others.length === 0) return undefined;
  const names = others.map(({ name }) => name).join(", ");
  return `${project.root} is the root of a workspace. To package one of its members, set \`package\` to its name: ${names}.`;
}

/** A path as in inputs: relative, with `/`, "." for the folder itself. */
export function inputOf(from: string, to: string): string {
  return posixRelative(from, to) || ".";
}
