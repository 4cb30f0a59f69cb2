import { compileGlob, matchesWithParents } from "../../lib/patterns/glob.js";
import type { TreeEntry } from "../../tree/tree.js";
import type { PackageRequest, UsedPattern } from "../request.js";
import type { Finding } from "./finding.js";

type Input = UsedPattern["input"];

/** What each list of patterns applies to, and what to do when a pattern matches nothing. */
const lists: Readonly<Record<Input, { readonly found: string; readonly hint: string }>> = {
  include: {
    found: "matches none of the project's own files",
    hint: "Patterns are relative to the root of the archive. The build backend of a package decides what its wheel contains.",
  },
  exclude: {
    found: "matches no file of the project or of a local package",
    hint: "Patterns are relative to the root of the archive. For files of third-party packages use `dependencyExclude`.",
  },
  onlyInclude: {
    found: "matches no file that ships",
    hint: "Patterns are relative to the root of the archive. Files that the defaults leave out also need `include`.",
  },
  dependencyExclude: {
    found: "matches no file of a third-party package",
    hint: "Patterns are relative to the root of the archive (in a layer: to its folder `python`).",
  },
};

/** One finding for each list with patterns that matched nothing: rarely intended, but never certain to fail. */
export function checkPatterns(
  request: PackageRequest,
  used: readonly UsedPattern[],
  tree: readonly Pick<TreeEntry, "path">[],
): Finding[] {
  return (Object.keys(lists) as Input[]).flatMap((input) => {
    const named = new Set(used.filter((one) => one.input === input).map(({ pattern }) => pattern));
    const unused = [...new Set(request[input] ?? [])].filter(
      (pattern) => !named.has(pattern) && !(input === "include" && isIn(tree, pattern)),
    );
    if (unused.length === 0) return [];
    const { found, hint } = lists[input];
    const patterns = unused.map((pattern) => JSON.stringify(pattern)).join(" and ");
    const verb = unused.length === 1 ? found : found.replace(/^matches/, "match");
    return [
      { code: "INVALID_INPUT", certain: false, property: input, message: `${input}: ${patterns} ${verb}.`, hint },
    ];
  });
}

/** For a package, `include` brings nothing back, but it says which secrets are intended. */
function isIn(tree: readonly Pick<TreeEntry, "path">[], pattern: string): boolean {
  const glob = compileGlob(pattern);
  return tree.some(({ path }) => matchesWithParents([glob], path));
}
