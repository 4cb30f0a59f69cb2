import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { compareBytes } from "../../lib/byteOrder.js";
import { mapParallel } from "../../lib/concurrency/concurrency.js";
import { UvLambdaError } from "../../lib/errors.js";
import { sha256File } from "../../lib/hash.js";
import { ignoreFilesAbove, packageFiles, type SourceFile } from "../sources/sourceFiles.js";

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

/**
 * Hex SHA-256 of everything that can reach a wheel built from `folder`: its files with their exec bits, everything
 * that its build files name, and the .gitignore files up to the repository's root, which backends read. Broader than
 * the wheel on purpose: too much costs a build, too little ships stale code. Throws BAD_FILE, PROJECT_UNREADABLE.
 */
export async function fingerprintLocalPackage(folder: string, options: FingerprintOptions = {}): Promise<string> {
  const root = await fs.realpath(folder);
  const files = [...(await packageFiles(root, options.without ?? [])), ...(options.tools ?? [])];
  for (const file of await ignoreFilesAbove(root)) files.push({ relative: path.relative(root, file), file });
  const lines = await mapParallel(files, PARALLEL_READS, describeFile);
  const hash = createHash("sha256");
  for (const line of lines.sort(compareBytes)) hash.update(line);
  return hash.digest("hex");
}

/** Separated by NUL, which no path can contain. */
async function describeFile({ relative, file }: SourceFile): Promise<string> {
  try {
    const [{ mode }, { sha256 }] = await Promise.all([fs.stat(file), sha256File(file)]);
    return `${relative.split(path.sep).join("/")}\0${mode & 0o100 ? "x" : "-"}\0${sha256}\0`;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    throw new UvLambdaError("BAD_FILE", `${file} cannot be read: ${code}.`, { cause });
  }
}
