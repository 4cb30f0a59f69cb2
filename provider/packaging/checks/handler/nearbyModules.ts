import { readdirSync } from "node:fs";
import * as path from "node:path";
import { isInside, posixRelative } from "../../../lib/paths.js";
import { ownFilesBase } from "../../../project/sources/ownFiles.js";
import { copyWays } from "../shippingInputs.js";
import { findModule } from "./modules.js";
import { inputOf, moduleFile, wheelSettingFor, type ModulesWork } from "./projectModules.js";
import type { Shipped } from "./shipped.js";
import { importsOf } from "./python/pythonImports.js";

/** A module that code imports and the archive lacks, found on the disk. */
interface Nearby {
  /** Absolute: where the import would find it. */
  readonly base: string;
  /** Absolute: its file, or its folder when that has no `__init__.py`. */
  readonly place: string;
}

/** Looks in the folders of the code and above them, up to the one around the project and its workspace. */
function findNearby({ project, request }: ModulesWork, module: string): Nearby | undefined {
  const start = request.source ?? path.join(project.folder, "src");
  const end = path.dirname(project.root);
  for (let base = start; isInside(base, end) && base !== path.dirname(base); base = path.dirname(base)) {
    const file = moduleFile(base, module);
    const place = path.join(base, ...(file === undefined ? module.split(".") : [file]));
    if (file !== undefined || hasModules(place)) return { base, place };
  }
  return undefined;
}

/** The folder of a project is none of modules: they are below it, or its `setup.py` is all there is. */
const projectFiles = new Set(["pyproject.toml", "setup.py", "setup.cfg", ".git"]);

function hasModules(folder: string): boolean {
  try {
    const names = readdirSync(folder);
    return names.some((name) => name.endsWith(".py")) && !names.some((name) => projectFiles.has(name));
  } catch {
    return false;
  }
}

/** The name by which a module of the project ships: `jobs` for `src.jobs`, where `src` is the root of the archive. */
export async function shippedName(work: ModulesWork, shipped: Shipped, module: string): Promise<string | undefined> {
  const nearby = findNearby(work, module);
  const root = nearby && (await rootBelow(work, nearby));
  const prefix = root === undefined ? "" : `${posixRelative(nearby!.base, root).replaceAll("/", ".")}.`;
  if (prefix.length < 2 || !module.startsWith(prefix)) return undefined;
  const name = module.slice(prefix.length);
  const found = findModule(shipped.paths, name);
  return found !== undefined && shipped.isOwn(found.path) ? name : undefined;
}

/** The folder whose content is at the root of the archive, if the module is in it. */
async function rootBelow({ project, request }: ModulesWork, { place }: Nearby): Promise<string | undefined> {
  const root = ownFilesBase(project, request) ?? path.join(project.folder, "src");
  return isInside(place, root) ? root : undefined;
}

/**
 * The inputs with which the archive begins where `import module` finds it. Undefined where that is outside of the
 * project, or modules of the project import each other from today's root.
 */
export async function sourceAround(work: ModulesWork, shipped: Shipped, module: string): Promise<string | undefined> {
  const { project, request } = work;
  const nearby = findNearby(work, module);
  const root = nearby && (await rootBelow(work, nearby));
  if (nearby === undefined || root === undefined || !isInside(nearby.base, project.folder)) return undefined;
  if (project.isPackage && request.source === undefined) return undefined;
  const own = [...shipped.paths].filter((file) => file.endsWith(".py") && shipped.isOwn(file));
  const tops = new Set(own.map((file) => file.split("/")[0]!.replace(/\.py$/, "")));
  for (const file of own)
    if (importsOf((await shipped.readModule(file)) ?? "").some((one) => one.level === 0 && tops.has(topOf(one.module))))
      return undefined;
  const handler = path.posix.join(posixRelative(nearby.base, root), request.handler);
  return `\`source: "${inputOf(request.project, nearby.base)}"\` with \`handler: "${handler}"\``;
}

/** How a module on the disk would ship. Undefined for one that is nowhere near. */
export async function shippingWay(work: ModulesWork, shipped: Shipped, module: string): Promise<string | undefined> {
  const { project, request } = work;
  const nearby = findNearby(work, module);
  if (nearby === undefined || (await rootBelow(work, nearby)) !== undefined) return undefined;
  const { base, place } = nearby;
  const isWheel = project.isPackage && request.source === undefined && isInside(base, project.folder);
  const setting = isWheel
    ? wheelSettingFor(project.pyproject, shipped, { base, file: posixRelative(base, place) })
    : undefined;
  if (setting !== undefined) return `set \`${setting}\` in pyproject.toml`;
  const top = topOf(posixRelative(base, place).replaceAll("/", "."));
  const isFile = place === path.join(base, `${top}.py`);
  const copied = isFile ? { from: place, to: "." } : { from: path.join(base, top), to: top };
  return copyWays(request, [copied])[0];
}

function topOf(module: string): string {
  return module.split(".", 1)[0]!;
}
