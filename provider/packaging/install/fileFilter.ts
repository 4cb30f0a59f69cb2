import { patternSet } from "../../lib/patterns/patternSet.js";
import { compileGlobs } from "../../project/sources/ownFiles.js";
import type { SourceTree } from "../../tree/tree.js";
import type { UsedPattern } from "../request.js";

/** The files of installed packages that one input leaves out. */
export interface FileFilter {
  /** Whether a file, by its path in the archive, is left out. */
  readonly drop: (path: string) => boolean;
  /** Removes files from a tree of what was added after the installation, such as bytecode. */
  readonly without: (tree: SourceTree) => SourceTree;
  /** The patterns that have matched something so far. */
  readonly used: () => readonly UsedPattern[];
}

/** The files of the project's own wheel that an allow list keeps. The metadata of the package is always kept. */
export interface AllowList extends Pick<FileFilter, "used"> {
  readonly allows: (path: string) => boolean;
}

/** Without patterns, everything is allowed. Throws INVALID_INPUT. */
export function allowList(patterns: readonly string[] = []): AllowList {
  const { drop, used } = fileFilter("onlyInclude", patterns);
  return { allows: (path) => patterns.length === 0 || /^[^/]+\.dist-info\//.test(path) || drop(path), used };
}

/** `input` is the list that `patterns` come from. Throws INVALID_INPUT. */
export function fileFilter(input: UsedPattern["input"], patterns: readonly string[] = []): FileFilter {
  const set = patternSet(compileGlobs(input, patterns));
  return {
    drop: (path) => set.names(path),
    without: (tree) => (patterns.length === 0 ? tree : tree.filter((entry) => !set.names(entry.path))),
    used: () => set.used().map((pattern) => ({ input, pattern })),
  };
}
