import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { compareBytes } from "../lib/byteOrder.js";
import { mapParallel } from "../lib/concurrency.js";
import { UvLambdaError } from "../lib/errors.js";
import { sha256File } from "../lib/hash.js";
import { readPyproject, type Pyproject } from "./pyproject.js";
import { ignoreFilesAbove, walkSources, type SourceFile } from "./sourceFiles.js";

const PARALLEL_READS = 8;

export interface FingerprintOptions {
  /** Absolute folders inside the package that cannot reach its wheel: other members, the Pulumi program. */
  readonly without?: readonly string[];
}

/**
 * Hex SHA-256 over everything that can reach a wheel built from `folder`: its files with their exec bits, what its
 * pyproject.toml names outside of it, and the .gitignore files up to the repository's root, which backends read.
 * Broader than the wheel on purpose: too much costs a build, too little ships stale code. Throws BAD_FILE.
 */
export async function fingerprintLocalPackage(folder: string, options: FingerprintOptions = {}): Promise<string> {
  const root = await fs.realpath(folder);
  const files = await walkSources(root, { without: options.without ?? [] });
  for (const outside of await outsideFiles(await readPyproject(root))) files.push(...outside);
  for (const file of await ignoreFilesAbove(root)) files.push({ relative: path.relative(root, file), file });
  const lines = await mapParallel(files, PARALLEL_READS, describeFile);
  const hash = createHash("sha256");
  for (const line of lines.sort(compareBytes)) hash.update(line);
  return hash.digest("hex");
}

/** Framed by NUL, which no path can hold. */
async function describeFile({ relative, file }: SourceFile): Promise<string> {
  try {
    const [{ mode }, { sha256 }] = await Promise.all([fs.stat(file), sha256File(file)]);
    return `${relative.split(path.sep).join("/")}\0${mode & 0o100 ? "x" : "-"}\0${sha256}\0`;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
    throw new UvLambdaError("BAD_FILE", `${file} cannot be read: ${code}.`, { cause });
  }
}

/** Files and folders that the project file names by a path out of the folder: a readme, a version, forced includes. */
async function outsideFiles(pyproject: Pyproject): Promise<SourceFile[][]> {
  const named = new Set<string>();
  collectPaths([pyproject.project?.readme, withoutUv(pyproject.tool)], named);
  return Promise.all(
    [...named].sort().map(async (relative) => {
      const target = path.resolve(pyproject.folder, relative);
      const found = await fs.stat(target).catch(() => undefined);
      if (found?.isFile()) return [{ relative, file: target }];
      if (!found?.isDirectory() || isAbove(target, pyproject.folder)) return [];
      const files = await walkSources(await fs.realpath(target), { without: [] });
      return files.map((file) => ({ relative: `${relative}/${file.relative}`, file: file.file }));
    }),
  );
}

/** What uv reads there are other packages, which are looked at on their own. */
function withoutUv(tool: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(tool).flatMap(([name, table]) => (name === "uv" ? [buildBackendOf(table)] : [table]));
}

function buildBackendOf(uv: unknown): unknown {
  return typeof uv === "object" && uv !== null ? (uv as Record<string, unknown>)["build-backend"] : undefined;
}

function collectPaths(value: unknown, into: Set<string>): void {
  if (typeof value === "string") {
    if (value.startsWith("../") && !value.includes("\0")) into.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collectPaths(item, into);
  } else if (typeof value === "object" && value !== null) {
    for (const pair of Object.entries(value)) collectPaths(pair, into);
  }
}

function isAbove(folder: string, inner: string): boolean {
  return !path.relative(folder, inner).startsWith("..");
}
