import * as fs from "node:fs/promises";
import * as path from "node:path";
import { InvalidInputError } from "../../lib/errors.js";
import { matchesWithParents } from "../../lib/patterns/glob.js";
import { badPathReason } from "../../tree/names.js";
import { scanFolder } from "../../tree/scan.js";
import type { SourceTree } from "../../tree/tree.js";
import { createOwnFileFilter, type OwnFileRules } from "./ownFileFilter.js";

export interface CopyFiles {
  /** A file or folder. */
  readonly from: string;
  /**
   * Destination, relative to the archive's root. The content of a folder goes into it. So does a file if the
   * destination ends with a slash or is the root (`.`). Otherwise it is the file's new path.
   */
  readonly to: string;
}

export interface Copied {
  readonly tree: SourceTree;
  /** Whether the entry names a file, not a folder. */
  readonly isNamed: boolean;
}

/** The files of one `copyFiles` entry. `from` is absolute; `property` is for messages. */
export async function copiedTree(copy: CopyFiles, property: string, rules: OwnFileRules): Promise<Copied> {
  const to = destination(copy.to, property);
  const found = await fs.stat(copy.from).catch(() => undefined);
  if (found === undefined) throw invalid(`${property}.from`, `${copy.from} does not exist.`);
  const base = await fs.realpath(copy.from);
  if (found.isDirectory()) {
    const select = createOwnFileFilter({ ...rules, base, at: to });
    return {
      tree: await scanFolder(base, { select, keeps: true, ...(to === "" ? {} : { prefix: to }) }),
      isNamed: false,
    };
  }
  const at = namesFolder(copy.to) ? path.posix.join(to, path.basename(copy.from)) : to;
  return { tree: await copiedFile(base, at, rules), isNamed: true };
}

/** A file that is named ships, whatever the defaults say about its name, unless `exclude` names it too. */
async function copiedFile(file: string, at: string, rules: OwnFileRules): Promise<SourceTree> {
  const excluding = rules.exclude.filter((glob) => matchesWithParents([glob], at));
  for (const glob of excluding) rules.uses?.note("exclude", glob);
  for (const glob of rules.include) if (matchesWithParents([glob], at)) rules.uses?.note("include", glob);
  if (excluding.length > 0) return [];
  const name = path.basename(file).normalize("NFC");
  const entries = await scanFolder(path.dirname(file), { select: (relative) => relative === name, keeps: true });
  return entries.map((entry) => ({ ...entry, path: at.normalize("NFC") }));
}

/** The path without `.` and a trailing slash. "" is the root. */
function destination(to: string, property: string): string {
  const names = to.split("/").filter((name) => name !== ".");
  if (namesFolder(to) && names.at(-1) === "") names.pop();
  const normal = names.join("/");
  const reason = normal === "" ? undefined : badPathReason(normal);
  if (reason !== undefined || to === "")
    throw invalid(
      `${property}.to`,
      `${JSON.stringify(to)} ${reason ?? "is empty"}; give a path inside the archive, or ".".`,
    );
  return normal;
}

function namesFolder(to: string): boolean {
  return to === "." || to.endsWith("/");
}

function invalid(property: string, message: string): InvalidInputError {
  return new InvalidInputError([{ property, message }]);
}
