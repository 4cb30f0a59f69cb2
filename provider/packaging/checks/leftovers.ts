import { listBelow } from "../../lib/messages/lists.js";
import { compileGlob, literalPattern, matchesWithParents } from "../../lib/patterns/glob.js";
import type { FileTree } from "../../tree/tree.js";
import type { Finding } from "./finding.js";

/** Larger archives are not read. */
const maxArchiveBytes = 67_108_864;

const installed = /^(?:(.+)\/)?[\w.]+-[^/]+\.dist-info\/(?:RECORD|METADATA)$/;
/** Code that looks there has to be in the project, too. */
const vendored = /(^|\/)_?(vendor|vendored|vendors|third[_-]?party|extern|external)(\/|$)/i;

/**
 * What another tool, or an earlier build, left among the project's own files: folders into which packages were
 * installed, archives with such packages, and wheels. Nothing imports from there, and each copy grows the function.
 */
export async function checkLeftovers(
  tree: FileTree,
  include: readonly string[],
  read: (path: string) => Promise<Buffer | undefined>,
): Promise<Finding | undefined> {
  const included = include.map(compileGlob);
  const own = tree.filter(
    ({ path, owner }) => owner === undefined && !vendored.test(path) && !matchesWithParents(included, path),
  );
  const folders = new Set<string>();
  const files: string[] = [];
  for (const { path, size } of own) {
    const folder = installed.exec(path);
    if (folder !== null) folders.add(folder[1] === undefined ? path.split("/")[0]! : `${folder[1]}/`);
    else if (path.endsWith(".whl")) files.push(path);
    else if (path.endsWith(".zip") && size <= maxArchiveBytes && (await read(path))?.includes(".dist-info/"))
      files.push(path);
  }
  // What is in a folder that is named need not be.
  const found = [...folders, ...files].filter(
    (one) => ![...folders].some((other) => one !== other && other.endsWith("/") && one.startsWith(other)),
  );
  if (found.length === 0) return undefined;
  const patterns = JSON.stringify(found.map((one) => literalPattern(one)));
  return {
    code: "FILE_CONFLICT",
    certain: false,
    property: "exclude",
    message: listBelow("Packages that another tool installed or built ship with the project's own files:", found),
    hint: `The packages of uv.lock ship anyway. To fix this, set \`exclude: ${patterns}\`, or remove them. If code needs them, set \`include: ${patterns}\`.`,
  };
}
