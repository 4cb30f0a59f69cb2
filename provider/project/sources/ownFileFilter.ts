import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Glob } from "../../lib/glob.js";
import { leftOutByDefault, never, type Candidate } from "./ownFileRules.js";

export interface OwnFileFilterOptions {
  /** Absolute folder that is packed, links resolved. */
  readonly base: string;
  /** Path inside the archive at which the folder's content lands; "" is the root. */
  readonly at?: string;
  readonly include: readonly Glob[];
  readonly exclude: readonly Glob[];
  /** Absolute folders that `include` may bring back: other members, path dependencies. */
  readonly leftOutFolders: readonly string[];
  /** Left out unless `include` brings it back. */
  readonly programFiles?: readonly Glob[];
  /** Absolute folders that never ship: the Pulumi program's own. */
  readonly neverFolders: readonly string[];
  readonly exists?: (file: string) => boolean;
}

/** Everything but the folder: the same for all that is packed for one function. */
export type OwnFileRules = Omit<OwnFileFilterOptions, "base" | "at" | "programFiles">;

/** For scanFolder: whether a file ships, or a folder is looked into. `path` is relative to the base. */
export type OwnFileFilter = (path: string, isFolder: boolean) => boolean;

/**
 * Which own files ship. Each folder on the way and the file itself are asked in turn: what never ships and what
 * `exclude` names ends the matter; the defaults leave out; `include` brings back.
 */
export function createOwnFileFilter(options: OwnFileFilterOptions): OwnFileFilter {
  // A folder is asked about once for all the files below it: the questions go to the disk.
  const folders = new Map<string, State>([["", "ships"]]);
  const stateOf = (relative: string, isFolder: boolean): State => {
    const known = isFolder ? folders.get(relative) : undefined;
    if (known !== undefined) return known;
    const above = stateOf(relative.slice(0, Math.max(0, relative.lastIndexOf("/"))), true);
    const state = above === "never" ? above : (judge(options, relative, isFolder) ?? above);
    if (isFolder) folders.set(relative, state);
    return state;
  };
  return (relative, isFolder) => {
    const state = stateOf(relative, isFolder);
    if (state !== "left out") return state === "ships";
    return isFolder && options.include.some((glob) => glob.leadsInto(inArchive(options, relative)));
  };
}

type State = "ships" | "left out" | "never";

/** What the path's own name and content decide; undefined: it goes with its folder. */
function judge(options: OwnFileFilterOptions, relative: string, isFolder: boolean): State | undefined {
  const absolute = path.join(options.base, relative);
  const candidate = candidateOf(options, relative, isFolder);
  if (never(candidate) || options.neverFolders.includes(absolute)) return "never";
  const isNamed = (glob: Glob) => glob.matches(candidate.path, isFolder);
  if (options.exclude.some(isNamed)) return "never";
  if (options.include.some(isNamed)) return "ships";
  if (options.programFiles?.some(isNamed)) return "left out";
  return leftOutByDefault(candidate) || options.leftOutFolders.includes(absolute) ? "left out" : undefined;
}

function candidateOf(options: OwnFileFilterOptions, relative: string, isFolder: boolean): Candidate {
  const exists = options.exists ?? existsSync;
  const absolute = path.join(options.base, relative);
  const folder = isFolder ? absolute : path.dirname(absolute);
  return { path: inArchive(options, relative), isFolder, holds: (name) => exists(path.join(folder, name)) };
}

function inArchive({ at }: OwnFileFilterOptions, relative: string): string {
  return at === undefined || at === "" ? relative : `${at}/${relative}`;
}
