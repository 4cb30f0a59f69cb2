import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { matchesWithParents, type Glob } from "../../lib/patterns/glob.js";
import { readTextSync } from "../../lib/regularFile.js";
import { isTest, leftOutByDefault, never, type Candidate } from "./ownFileRules.js";
import type { PatternUses } from "./patternUses.js";

export interface OwnFileFilterOptions {
  /** Absolute folder that is packed, links resolved. */
  readonly base: string;
  /** Path in the archive for the folder's content. "" is the root. */
  readonly at?: string;
  readonly include: readonly Glob[];
  readonly exclude: readonly Glob[];
  /** Allow list: nothing else ships. Default: everything. */
  readonly onlyInclude?: readonly Glob[];
  /** Absolute folders that `include` may bring back: other members, path dependencies. */
  readonly leftOutFolders: readonly string[];
  /**
   * The same for folders of distributions. If such a folder also contains code, only the distributions are left out.
   */
  readonly indexFolders: readonly string[];
  /** Left out unless `include` brings it back. */
  readonly programFiles?: readonly Glob[];
  /** Absolute folders that never ship: the Pulumi program's own. */
  readonly neverFolders: readonly string[];
  /** Records which pattern names what. */
  readonly uses?: PatternUses;
  /** Receives the modules and folders that do not ship although code could import them. */
  readonly leftOut?: LeftOut[];
}

/** A Python module, or a folder of modules, that the defaults or a list of the user leave out. */
export interface LeftOut {
  readonly why: WhyLeftOut;
  /** Inside the archive. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** Its content, if it is in memory and on no disk. */
  readonly bytes?: Uint8Array;
  readonly isFolder: boolean;
}

/**
 * `default`: `include` would bring it back · `unlisted`: `onlyInclude` would · `both`: it takes both · `excluded`: only
 * `exclude` names it, which may name the others too.
 */
export type WhyLeftOut = "default" | "unlisted" | "both" | "excluded";

/** Everything except the folder: the same for all folders that are packed for one function. */
export type OwnFileRules = Omit<OwnFileFilterOptions, "base" | "at" | "programFiles" | "onlyInclude">;

/** For scanFolder: whether a file ships, or a folder is read. `path` is relative to the base. */
export type OwnFileFilter = (path: string, isFolder: boolean) => boolean;

/**
 * Decides which own files ship. The folders on the way and then the file itself are checked. What never ships, and
 * what `exclude` names, is out for good. The defaults leave files out, and `include` brings them back. `onlyInclude`
 * selects from the rest.
 */
export function createOwnFileFilter(options: OwnFileFilterOptions): OwnFileFilter {
  // A folder is checked once for all the files below it, because that reads the disk.
  const folders = new Map<string, State>([["", "ships"]]);
  const stateOf = (relative: string, isFolder: boolean): State => {
    const known = isFolder ? folders.get(relative) : undefined;
    if (known !== undefined) return known;
    const above = stateOf(relative.slice(0, Math.max(0, relative.lastIndexOf("/"))), true);
    const state = above === "never" ? above : (judge(options, relative, isFolder, above) ?? above);
    if (state === "left out" && above !== state)
      noteLeftOut(
        options,
        relative,
        isFolder,
        isListed(options, inArchive(options, relative), isFolder) ? "default" : "both",
      );
    if (isFolder) folders.set(relative, state);
    return state;
  };
  return (relative, isFolder) => {
    const state = stateOf(relative, isFolder);
    const place = inArchive(options, relative);
    if (state === "never") return false;
    if (state === "left out") return isFolder && options.include.some((glob) => glob.leadsInto(place));
    const allowed = isAllowed(options, place, isFolder);
    if (!allowed) noteLeftOut(options, relative, isFolder, "unlisted");
    return allowed;
  };
}

function isImportable(relative: string, isFolder: boolean): boolean {
  return /(^|\/)[\p{ID_Start}_][\p{ID_Continue}]*(\.py)?$/u.test(relative) && isFolder !== relative.endsWith(".py");
}

/** Skips what no import can name. */
function noteLeftOut(options: OwnFileFilterOptions, relative: string, isFolder: boolean, why: WhyLeftOut): void {
  if (!isImportable(relative, isFolder)) return;
  const file = path.join(options.base, relative);
  options.leftOut?.push({ path: inArchive(options, relative), file, isFolder, why });
}

/** `included`: it ships, because `include` names it or a folder above it. */
type State = "ships" | "included" | "left out" | "never";

function isListed({ onlyInclude = [] }: OwnFileFilterOptions, place: string, isFolder: boolean): boolean {
  return onlyInclude.length === 0 || matchesWithParents(onlyInclude, place, isFolder);
}

/** A folder is read if something below it may be on the list. */
function isAllowed({ onlyInclude = [], uses }: OwnFileFilterOptions, place: string, isFolder: boolean): boolean {
  if (onlyInclude.length === 0) return true;
  if (isFolder) return onlyInclude.some((glob) => matchesWithParents([glob], place, true) || glob.reachesInto(place));
  const named = onlyInclude.filter((glob) => matchesWithParents([glob], place));
  for (const glob of named) uses?.note("onlyInclude", glob);
  return named.length > 0;
}

/** What the path's own name and content decide. Undefined: as its folder. */
function judge(options: OwnFileFilterOptions, relative: string, isFolder: boolean, above: State): State | undefined {
  const { uses, neverFolders } = options;
  const absolute = path.join(options.base, relative);
  const candidate = candidateOf(options, relative, isFolder);
  // Checks every pattern, so that one that a more general pattern hides is not called useless.
  const naming = (globs: readonly Glob[]) => globs.filter((glob) => glob.matches(candidate.path, isFolder));
  const [excluding, including] = [naming(options.exclude), naming(options.include)];
  for (const glob of excluding) uses?.note("exclude", glob);
  if (never(candidate) || neverFolders.includes(absolute)) return "never";
  if (excluding.length > 0) {
    if (isFolder) uses?.skip(absolute, candidate.path);
    if (isImportable(relative, isFolder)) {
      const isBack = including.length > 0 || (byDefault(options, candidate, absolute, above) ?? above) !== "left out";
      noteLeftOut(options, relative, isFolder, isBack ? "excluded" : "default");
    }
    return "never";
  }
  for (const glob of including) uses?.note("include", glob);
  return including.length > 0 ? "included" : byDefault(options, candidate, absolute, above);
}

function byDefault(
  options: OwnFileFilterOptions,
  candidate: Candidate,
  absolute: string,
  above: State,
): State | undefined {
  const { isFolder } = candidate;
  if ((options.programFiles ?? []).some((glob) => glob.matches(candidate.path, isFolder))) return "left out";
  const isOthers = options.leftOutFolders.includes(absolute) || isOfIndex(options, absolute, isFolder);
  if (isTest(candidate) && above !== "included") return "left out";
  return isOthers || leftOutByDefault(candidate) ? "left out" : undefined;
}

function isOfIndex({ indexFolders }: OwnFileFilterOptions, absolute: string, isFolder: boolean): boolean {
  if (indexFolders.includes(absolute)) return true;
  return !isFolder && /\.(whl|zip|tar\.gz)$/.test(absolute) && indexFolders.includes(path.dirname(absolute));
}

/** Larger than any chain of certificates. */
const maxTextBytes = 1_048_576;

/** What the rules see of a file or folder on the disk. */
export function candidateOf(
  options: Pick<OwnFileFilterOptions, "base" | "at">,
  relative: string,
  isFolder: boolean,
): Candidate {
  const absolute = path.join(options.base, relative);
  const folder = isFolder ? absolute : path.dirname(absolute);
  return {
    path: inArchive(options, relative),
    isFolder,
    holds: (name) => existsSync(path.join(folder, name)),
    names: () => namesIn(folder),
    text: () => readTextSync(absolute, maxTextBytes),
    textBeside: (name) => readTextSync(path.join(path.dirname(absolute), name), maxTextBytes),
  };
}

/** Empty for a folder that cannot be read: reading it later reports that. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function inArchive({ at }: Pick<OwnFileFilterOptions, "at">, relative: string): string {
  return at === undefined || at === "" ? relative : `${at}/${relative}`;
}
