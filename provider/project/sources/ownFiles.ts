import { existsSync, readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { realPath, realPathOr } from "../../lib/realPath.js";
import { InvalidInputError, UvLambdaError } from "../../lib/errors.js";
import { compileGlob, GlobError, type Glob } from "../../lib/patterns/glob.js";
import { mergeTrees } from "../../tree/merge.js";
import { scanFolder } from "../../tree/scan.js";
import type { SourceTree } from "../../tree/tree.js";
import { copiedTree, type CopyFiles } from "./copyFiles.js";
import { lockedLocalFolders } from "../lock/lockfile.js";
import { indexFolders } from "./indexFolders.js";
import { patternUses, type UsedOwnPattern } from "./patternUses.js";
import { createOwnFileFilter, type LeftOut, type OwnFileFilter, type OwnFileRules } from "./ownFileFilter.js";
import { isAFile, notAFolder } from "../projectErrors.js";
import type { Project } from "../workspace.js";

export interface OwnFilesRequest {
  /** Absolute folder of the function's own modules, instead of the project's. */
  readonly source?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly copyFiles: readonly CopyFiles[];
  /** Absolute folders whose files never ship. */
  readonly excludedFolders: readonly string[];
  /** Globs of an allow list for the files of `source` or the project. Default: everything. */
  readonly onlyInclude?: readonly string[];
  /** Globs of the Pulumi program's files in the function's own folder. A `src` below contains none of them. */
  readonly programFiles?: readonly string[];
}

export interface OwnFiles {
  readonly tree: SourceTree;
  /** The patterns that named something. */
  readonly usedPatterns: readonly UsedOwnPattern[];
  /** Paths in the tree that were named one by one. */
  readonly named: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * The function's own files with their paths in the archive: those of `source`, else of an application's `src` or
 * folder, and `copyFiles`. A package has no own files, because its wheel brings them. Throws INVALID_INPUT, BAD_FILE,
 * FILE_CONFLICT.
 */
export async function ownFiles(project: Project, request: OwnFilesRequest): Promise<OwnFiles> {
  const uses = patternUses();
  const leftOut: LeftOut[] = [];
  const rules = { ...ownFileRules(project, request), uses, leftOut };
  const base = baseFolder(project, request, rules);
  const isShared = base === (request.source ?? project.folder);
  const programFiles = isShared ? compileGlobs("programFiles", request.programFiles ?? []) : [];
  const onlyInclude = compileGlobs("onlyInclude", request.onlyInclude ?? []);
  const filter = (folder: string) => createOwnFileFilter({ ...rules, base: folder, programFiles, onlyInclude });
  const baseTree = base === undefined ? [] : await scanFolder(base, { select: filter(base), keeps: true });
  const trees = [baseTree];
  const named: string[] = [];
  for (const [i, copy] of request.copyFiles.entries()) {
    const from = path.resolve(project.folder, copy.from);
    const copied = await copiedTree({ ...copy, from }, `copyFiles[${i}]`, rules);
    trees.push(copied.tree);
    if (copied.isNamed) named.push(...copied.tree.map((entry) => entry.path));
  }
  const { tree, conflicts } = mergeTrees(trees);
  const clash = conflicts.find((conflict) => conflict.kind !== "case");
  if (clash !== undefined)
    throw new UvLambdaError(
      "FILE_CONFLICT",
      `copyFiles: ${clash.path} is among the project's own files or copied twice.`,
      {
        property: "copyFiles",
        hint: "Give another `to`, or leave one of the files out with `exclude`.",
      },
    );
  return { tree, usedPatterns: await uses.used(rules.exclude), named, leftOut };
}

/** The folder whose content `ownFilesTree` takes. Undefined for a package without `source`. Throws INVALID_INPUT. */
export function ownFilesBase(project: Project, request: OwnFilesRequest): string | undefined {
  return baseFolder(project, request, ownFileRules(project, request));
}

/** The globs of one input. Throws INVALID_INPUT, which names each wrong one. */
export function compileGlobs(property: string, patterns: readonly string[]): Glob[] {
  const problems: { property: string; message: string }[] = [];
  const globs = patterns.flatMap((pattern, i) => {
    try {
      return [compileGlob(pattern)];
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      problems.push({
        property: `${property}[${i}]`,
        message: `the pattern ${JSON.stringify(pattern)} ${error.message}`,
      });
      return [];
    }
  });
  if (problems.length > 0) throw new InvalidInputError(problems);
  return globs;
}

/** The rules for all folders that are packed, from the request and the project's surroundings. */
export function ownFileRules(project: Project, request: OwnFilesRequest): OwnFileRules {
  const others = project.members.map((member) => member.folder).filter((folder) => folder !== project.folder);
  return {
    include: compileGlobs("include", request.include),
    exclude: compileGlobs("exclude", request.exclude),
    leftOutFolders: [...others, ...pathDependencies(project).map(realPathOr)],
    indexFolders: indexFolders(project).map(realPathOr),
    neverFolders: request.excludedFolders.map(realPathOr),
  };
}

/** What `[tool.uv.sources]` of the project or its workspace names by path, and what those packages name in turn. */
function pathDependencies(project: Project): string[] {
  const named = [project.pyproject, project.rootPyproject].flatMap((pyproject) =>
    Object.values(pyproject.uv.sources)
      .flat()
      .flatMap((source) =>
        typeof source["path"] === "string" ? [path.resolve(pyproject.folder, source["path"])] : [],
      ),
  );
  const locked = lockedLocalFolders(project.lockText);
  const all = [...named, ...locked.map((folder) => path.resolve(project.root, folder))];
  return all.filter((folder) => folder !== project.folder);
}

function baseFolder(project: Project, request: OwnFilesRequest, rules: OwnFileRules): string | undefined {
  if (request.source !== undefined) return sourceFolder(request.source);
  if (project.isPackage || project.name === undefined) return undefined;
  // Whichever files are chosen, paths in the archive stay the same.
  const select = createOwnFileFilter({ ...rules, uses: patternUses(), leftOut: [], base: project.folder });
  return hasSourceLayout(project.folder, select) ? path.join(project.folder, "src") : project.folder;
}

function sourceFolder(source: string): string {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found?.isDirectory()) return realPath(source);
  throw notAFolder("source", source, found === undefined ? "does not exist" : isAFile);
}

/** `src` is the root of imports, unless it is itself imported as a package, or another package is beside it. */
function hasSourceLayout(folder: string, select: OwnFileFilter): boolean {
  const isPackageFolder = (name: string) => existsSync(path.join(folder, name, "__init__.py"));
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = folders.map(({ name }) => name);
  return names.includes("src") && !names.some((name) => select(name, true) && isPackageFolder(name));
}
