import { matchesWithParents, type Glob } from "./glob.js";

/** Patterns of one input that remember which of them named anything. */
export interface PatternSet {
  /** Whether a pattern names the file or a folder above it. */
  names(path: string): boolean;
  /** The patterns that have named something so far, as written. */
  used(): readonly string[];
}

export function patternSet(globs: readonly Glob[]): PatternSet {
  const used = new Set<string>();
  return {
    names: (path) => {
      // Asks every pattern: even one that a more general pattern hides has named something.
      const found = globs.filter((glob) => matchesWithParents([glob], path));
      for (const { pattern } of found) used.add(pattern);
      return found.length > 0;
    },
    used: () => globs.map(({ pattern }) => pattern).filter((pattern) => used.has(pattern)),
  };
}
