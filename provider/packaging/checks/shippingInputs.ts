import { posixRelative } from "../../lib/paths.js";
import { matchesWithParents } from "../../lib/patterns/glob.js";
import { compileGlobs } from "../../project/sources/ownFiles.js";
import type { PackageRequest } from "../request.js";

/** Whether the user's own lists leave a file out, in a wheel too. */
export function isLeftOutByUser({ exclude, onlyInclude = [] }: PackageRequest, file: string): boolean {
  const isNamed = (input: string, patterns: readonly string[]) =>
    matchesWithParents(compileGlobs(input, patterns), file);
  return isNamed("exclude", exclude) || (onlyInclude.length > 0 && !isNamed("onlyInclude", onlyInclude));
}

/** What to write so that these files or folders ship. `from` is absolute. */
export function copyWays(
  request: PackageRequest,
  copied: readonly { readonly from: string; readonly to: string }[],
): string[] {
  const isFirst = request.copyFiles.length === 0 && copied.length === 1;
  return copied.map(({ from, to }) => {
    const { inputsFolder } = request;
    const written = inputsFolder === undefined ? from : posixRelative(inputsFolder, from) || ".";
    const entry = `{ from: ${JSON.stringify(written)}, to: ${JSON.stringify(to)} }`;
    return isFirst ? `set \`copyFiles: [${entry}]\`` : `add \`${entry}\` to \`copyFiles\``;
  });
}
