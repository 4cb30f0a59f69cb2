import { patternSet } from "../../lib/patterns/patternSet.js";
import { compileGlobs } from "../../project/sources/ownFiles.js";
import type { SourceTree } from "../../tree/tree.js";
import type { UsedPattern } from "../request.js";

/** The files of installed packages that one input leaves out. */
export interface FileFilter {
  /** Whether a file, by its path in the archive, stays out. */
  readonly drop: (path: string) => boolean;
  /** A tree without the files that stay out: what was added after the installation, such as bytecode. */
  readonly without: (tree: SourceTree) => SourceTree;
  /** The patterns that named something so far. */
  readonly used: () => readonly UsedPattern[];
}

/** The files that an allow list leaves of the project's own wheel; what makes it a known package always stays. */
export interface AllowList extends Pick<FileFilter, "used"> {
  readonly allows: (path: string) => boolean;
}

/** Without patterns everything is allowed. Throws INVALID_INPUT. */
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
