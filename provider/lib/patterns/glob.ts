import { greedyMatch } from "./greedyMatch.js";
import { compileWildcard, wildcardMatches, type Wildcard } from "./wildcard.js";

/**
 * Patterns over relative paths with `/`, as in a .gitignore, plus `{a,b}`:
 * - `*` `?` `[a-z]` match inside one name, hidden names included; `**` as a whole name matches any number of folders
 * - without a slash, or with one only at the end, the pattern matches at any depth: `*.json`, `docs/`
 * - a slash at the beginning or in the middle anchors it to the root: `/data`, `data/*.json`; begin with `**` and a
 *   slash for any depth
 * - a slash at the end matches folders only; a folder that matches includes everything below it
 * - `folder/**` matches what is below the folder, not the folder
 */
export interface Glob {
  readonly pattern: string;
  /** Whether the pattern names exactly this file or folder. The caller checks the folders above. */
  matches(path: string, isFolder: boolean): boolean;
  /** Whether the pattern names something below `folder` through that folder's name, not by `**` or at any depth. */
  leadsInto(folder: string): boolean;
  /** Whether the pattern may name anything below `folder`. */
  reachesInto(folder: string): boolean;
}

/** A pattern that makes no sense. The message is for the user who wrote it. */
export class GlobError extends Error {}

const MAX_ALTERNATIVES = 1000;

/** Throws GlobError. */
export function compileGlob(pattern: string): Glob {
  refuseUnmeant(pattern);
  const alternatives = expandBraces(pattern).map(compilePath);
  return {
    pattern,
    matches: (path, isFolder) =>
      alternatives.some((a) => (isFolder || !a.foldersOnly) && segmentsMatch(a.segments, path.split("/"))),
    leadsInto: (folder) => alternatives.some((a) => leadsInto(a.segments, folder.split("/"))),
    reachesInto: (folder) => alternatives.some((a) => reachesInto(a.segments, folder.split("/"))),
  };
}

/** A pattern for exactly this path. */
export function literalPattern(path: string): string {
  return `/${path.replace(/[\\*?[\]{}]/g, "\\$&")}`;
}

/** Whether one of the globs names the path or a folder above it. */
export function matchesWithParents(globs: readonly Glob[], path: string, isFolder = false): boolean {
  const names = path.split("/");
  return names.some((_, i) => {
    const isParent = i < names.length - 1;
    const prefix = names.slice(0, i + 1).join("/");
    return globs.some((glob) => glob.matches(prefix, isParent || isFolder));
  });
}

function refuseUnmeant(pattern: string): void {
  if (pattern.trim() === "") throw new GlobError("is empty");
  if (pattern.includes("\0")) throw new GlobError("contains a NUL character");
  if (pattern.startsWith("!"))
    throw new GlobError("begins with `!`: use `include` to bring files back and `exclude` to leave them out");
  if (pattern.split("/").includes(".."))
    throw new GlobError("contains `..`: patterns are relative to the archive's root");
}

/** `undefined` is `**`. */
type Segment = Wildcard | undefined;

interface PathPattern {
  readonly segments: readonly Segment[];
  readonly foldersOnly: boolean;
}

function compilePath(pattern: string): PathPattern {
  const foldersOnly = pattern.endsWith("/");
  const body = foldersOnly ? pattern.replace(/(?<!\/)\/+$/, "") : pattern;
  const isTied = body.includes("/");
  const names = body.split("/").filter((name) => name !== "" && name !== ".");
  if (names.at(-1) === "**") names.push("*"); // below the folder, not the folder itself
  const segments = names.map((name) => (name === "**" ? undefined : compileWildcard(name)));
  return { segments: isTied ? segments : [undefined, ...segments], foldersOnly };
}

function segmentsMatch(segments: readonly Segment[], names: readonly string[]): boolean {
  const takes = (segment: Segment, name: string) => segment !== undefined && wildcardMatches(segment, name);
  return greedyMatch(segments, names, (segment) => segment === undefined, takes);
}

function leadsInto(segments: readonly Segment[], names: readonly string[]): boolean {
  if (segments.length <= names.length) return false;
  return names.every((name, i) => segments[i] !== undefined && wildcardMatches(segments[i], name));
}

function reachesInto(segments: readonly Segment[], names: readonly string[]): boolean {
  for (const [i, name] of names.entries()) {
    const segment = segments[i];
    if (i >= segments.length) return false;
    if (segment === undefined) return true;
    if (!wildcardMatches(segment, name)) return false;
  }
  return segments.length > names.length;
}

/** `a{b,c{d,e}}` becomes `ab acd ace`; braces without a comma are literal. */
function expandBraces(pattern: string): string[] {
  const done: string[] = [];
  let open = [pattern];
  while (open.length > 0) {
    const next: string[] = [];
    for (const text of open) {
      const brace = firstBrace(text);
      if (brace === undefined) done.push(text);
      else next.push(...brace.choices.map((choice) => text.slice(0, brace.start) + choice + text.slice(brace.end + 1)));
    }
    if (done.length + next.length > MAX_ALTERNATIVES)
      throw new GlobError(`has more than ${MAX_ALTERNATIVES} alternatives in braces`);
    open = next;
  }
  return done;
}

function firstBrace(text: string): { start: number; end: number; choices: string[] } | undefined {
  for (let start = text.indexOf("{"); start !== -1; start = text.indexOf("{", start + 1)) {
    if (text[start - 1] === "\\") continue;
    const commas: number[] = [];
    let depth = 0;
    for (let i = start; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === "{") depth++;
      else if (text[i] === "," && depth === 1) commas.push(i);
      else if (text[i] === "}" && --depth === 0) {
        if (commas.length === 0) break;
        const cuts = [start, ...commas, i];
        return { start, end: i, choices: cuts.slice(1).map((cut, n) => text.slice(cuts[n]! + 1, cut)) };
      }
    }
  }
  return undefined;
}
