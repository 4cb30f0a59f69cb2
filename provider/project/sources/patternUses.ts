import type { Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import type { Glob } from "../../lib/patterns/glob.js";
import { namesLeftOut } from "./ownFileRules.js";

export type OwnPatternInput = "include" | "exclude" | "onlyInclude";

export interface UsedOwnPattern {
  readonly input: OwnPatternInput;
  readonly pattern: string;
}

/** Remembers which patterns matched any of the own files. */
export interface PatternUses {
  note(input: OwnPatternInput, glob: Glob): void;
  /** Notes a folder that `exclude` names, which is not read, and its path in the archive. */
  skip(folder: string, place: string): void;
  /** The patterns that matched something, even in skipped folders or among files that never ship. */
  used(exclude: readonly Glob[]): Promise<readonly UsedOwnPattern[]>;
}

export function patternUses(): PatternUses {
  const noted = new Map<string, UsedOwnPattern>();
  const skipped = new Map<string, string>();
  const note = (input: OwnPatternInput, { pattern }: Glob) => void noted.set(`${input} ${pattern}`, { input, pattern });
  const isNoted = ({ pattern }: Glob) => noted.has(`exclude ${pattern}`);
  return {
    note,
    skip: (folder, place) => void skipped.set(folder, place),
    used: async (exclude) => {
      for (const glob of exclude) if (namesLeftOut(glob)) note("exclude", glob);
      for (const [folder, place] of skipped) {
        const open = exclude.filter((glob) => !isNoted(glob));
        if (open.length > 0) await look(folder, place, open, (glob) => note("exclude", glob));
      }
      return [...noted.values()];
    },
  };
}

/** Reports which of the patterns name something below the folder. Does not follow links. */
async function look(folder: string, place: string, globs: readonly Glob[], found: (glob: Glob) => void): Promise<void> {
  const entries: Dirent[] = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const at = `${place}/${entry.name}`;
    for (const glob of globs) if (glob.matches(at, entry.isDirectory())) found(glob);
    if (entry.isDirectory()) await look(path.join(folder, entry.name), at, globs, found);
  }
}
