import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import * as path from "node:path";
import { realPath } from "../../lib/realPath.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { keptFileFacts } from "../../tree/fileFacts.js";
import { ignoreFiles, ignoreFilesAbove, packageFiles, unreadable, type SourceFile } from "../sources/sourceFiles.js";

const PARALLEL_READS = 8;

export interface FingerprintOptions {
  /**
   * Absolute folders inside the package that reach its wheel only if its build files name them: other members, the
   * Pulumi program.
   */
  readonly without?: readonly string[];
  /** Files that the package is built with, relative to it. */
  readonly tools?: readonly SourceFile[];
}

export interface LocalFiles {
  readonly fingerprint: string;
  /** Of the package itself. */
  readonly files: readonly SourceFile[];
}

/**
 * The files of a local package, and their fingerprint: hex SHA-256 of everything that can reach a wheel built from
 * `folder`: its files with their exec bits, everything that its build files name, and the .gitignore files in the folders
 * above, which backends read. Broader than the wheel on purpose: too much costs a build, too little ships
 * stale code. Throws BAD_FILE, PROJECT_UNREADABLE.
 */
export async function readLocalPackage(folder: string, options: FingerprintOptions = {}): Promise<LocalFiles> {
  const root = realPath(folder);
  const files = packageFiles(root, options.without ?? []);
  const above = ignoreFiles
    .flatMap((ignore) => ignoreFilesAbove(root, ignore))
    .map((file) => ({ relative: path.relative(root, file), file }));
  const lines = await mapParallel([...files, ...(options.tools ?? []), ...above], PARALLEL_READS, describeFile);
  const hash = createHash("sha256");
  for (const line of lines.sort(compareBytes)) hash.update(line);
  return { fingerprint: hash.digest("hex"), files };
}

/** Separated by NUL, which no path can contain. */
async function describeFile({ relative, file }: SourceFile): Promise<string> {
  try {
    const { mode } = statSync(file);
    const { sha256 } = await keptFileFacts(file);
    return `${relative.split(path.sep).join("/")}\0${mode & 0o100 ? "x" : "-"}\0${sha256}\0`;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}
