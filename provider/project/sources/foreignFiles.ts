import { existsSync } from "node:fs";
import * as path from "node:path";
import { candidateOf } from "./ownFileFilter.js";
import { isOfProgram, isTest, leftOutByDefault, never, type Candidate } from "./ownFileRules.js";
import { placedRecord } from "./placedFiles.js";
import type { SourceFile } from "./sourceFiles.js";

/** Part of the keys of packs. Another name when other files are foreign: packs of before are then made again. */
export const foreignRules = "foreign files 1";

/** A local package, as its wheel was built from it. */
export interface WheelSource {
  /** Absolute, links resolved. */
  readonly folder: string;
  /** Only asked for if the wheel has files that lie there as in the wheel. */
  readonly ownFiles: () => Promise<readonly SourceFile[]>;
  /** Absolute folders that never ship: the Pulumi program's own. */
  readonly neverFolders: readonly string[];
  /** Whether `include` brings a file back. */
  readonly isIncluded: (file: string) => boolean;
}

/** `never`: not of the package · `default`: an application would not ship it, unless `include` names it. */
export type WhyForeign = "never" | "default";

/**
 * What does not ship of a wheel's paths. A build backend that is told to take the whole folder (`packages = ["."]`)
 * also takes the Pulumi program, the archives of earlier builds and what tools left there. Such files lie in the
 * folder as in the wheel. The package's key does not know them, or they change with each deployment. If even
 * pyproject.toml is in the wheel, nobody has chosen its files, and the defaults of an application apply.
 */
export async function foreignFiles(
  source: WheelSource,
  paths: readonly string[],
): Promise<ReadonlyMap<string, WhyForeign>> {
  const { folder, ownFiles, neverFolders, isIncluded } = source;
  const inFolder = paths.filter((file) => !isCompiled(file) && existsSync(path.join(folder, file)));
  const found = new Map<string, WhyForeign>();
  if (inFolder.length === 0) return found;
  const known = new Set((await ownFiles()).map(({ relative }) => relative));
  const isOneOf = judgedOnce(folder);
  const isNever = (candidate: Candidate) =>
    neverFolders.includes(path.join(folder, candidate.path)) ||
    never(candidate) ||
    isOfProgram(candidate) ||
    candidate.path.endsWith(placedRecord);
  const isLeftOut = (candidate: Candidate) => leftOutByDefault(candidate) || isTest(candidate);
  const isWhole = inFolder.includes("pyproject.toml");
  for (const file of inFolder) {
    // Everything in a module is data of the package, even a Pulumi program that it runs.
    const inModule = existsSync(path.join(folder, file.split("/", 1)[0] ?? "", "__init__.py"));
    if (!known.has(file) || (!inModule && isOneOf(isNever, file))) found.set(file, "never");
    else if (isWhole && !isIncluded(file) && isOneOf(isLeftOut, file)) found.set(file, "default");
  }
  return found;
}

type Judge = (candidate: Candidate) => boolean;

/** Whether the file or a folder above it is so. Folders are judged once. */
function judgedOnce(base: string): (judge: Judge, file: string) => boolean {
  const folders = new Map<Judge, Map<string, boolean>>();
  const isSo = (judge: Judge, relative: string, isFolder: boolean): boolean => {
    if (relative === ".") return false;
    const known = folders.get(judge) ?? new Map<string, boolean>();
    folders.set(judge, known);
    const before = isFolder ? known.get(relative) : undefined;
    if (before !== undefined) return before;
    const judgement = isSo(judge, path.dirname(relative), true) || judge(candidateOf({ base }, relative, isFolder));
    if (isFolder) known.set(relative, judgement);
    return judgement;
  };
  return (judge, file) => isSo(judge, file, false);
}

/** Some packages consist of compiled modules alone. */
function isCompiled(file: string): boolean {
  return /\.py[co]$/.test(file);
}
