import * as path from "node:path";
import { refuseSpecial } from "../lib/regularFile.js";

/** Files that uv and build backends open in a package's folder, whatever its build files say. */
const readInPackages = [
  ...["pyproject.toml", "uv.toml", "uv.lock", ".python-version", ".python-versions", "setup.py", "setup.cfg"],
  ...["hatch.toml", "hatch_build.py", "pdm_build.py", "build.py", "MANIFEST.in", ".gitignore", ".hgignore"],
];

/** Files that uv looks for in every folder above. */
const readAbove = ["pyproject.toml", "uv.toml", ".python-version", ".python-versions"];

/**
 * Throws BAD_FILE when one of the files that uv opens by itself is a FIFO, a socket or a device, directly or
 * through a link: uv would wait for ever.
 */
export function refuseSpecialFiles(packages: readonly string[], root: string): void {
  const files = [root, ...packages].flatMap((folder) => readInPackages.map((name) => path.join(folder, name)));
  for (let folder = path.dirname(root); ; folder = path.dirname(folder)) {
    files.push(...readAbove.map((name) => path.join(folder, name)));
    if (folder === path.dirname(folder)) break;
  }
  for (const file of new Set(files)) refuseSpecial(file);
}
