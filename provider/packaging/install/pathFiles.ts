import { UvLambdaError } from "../../lib/errors.js";
import type { TreeEntry } from "../../tree/tree.js";

/**
 * Refuses a `.pth` file that names a folder of this machine: it belongs to an editable install, whose code would not
 * ship. Throws BAD_FILE.
 */
export async function refuseMachinePaths<E extends Pick<TreeEntry, "path" | "owner">>(
  entries: readonly E[],
  textOf: (entry: E) => Promise<string>,
): Promise<void> {
  for (const entry of entries) {
    if (entry.path.includes("/") || !entry.path.endsWith(".pth")) continue;
    const line = (await textOf(entry)).split(/\r?\n/).find(namesMachinePath);
    if (line === undefined) continue;
    const owner = entry.owner ?? "an installed package";
    throw new UvLambdaError(
      "BAD_FILE",
      `${entry.path} of ${owner} points at this machine: ${line.trim().slice(0, 200)}`,
      {
        hint: `The code of ${owner} would be missing in Lambda. It must be installed as a wheel, not as editable.`,
      },
    );
  }
}

function namesMachinePath(line: string): boolean {
  return /^\s*(\/|[A-Za-z]:[\\/]|\\\\)/.test(line) || /^\s*import\s+__editable__/.test(line);
}
