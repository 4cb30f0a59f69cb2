import { existsSync } from "node:fs";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readTextSync } from "../../lib/regularFile.js";
import { asString, asTable } from "../../lib/toml.js";
import { normaliseName, type Pyproject } from "../pyproject.js";
import { ignoreFiles, ignoreFilesAbove, unreadable, type SourceFile } from "../sources/sourceFiles.js";

/** Build requirements that take the version or the list of files from version control. */
const vcsRequirements = new Set(
  (
    "hatch-vcs setuptools-scm versioningit poetry-dynamic-versioning uv-dynamic-versioning dunamai flit-scm pbr " +
    "setuptools-git-versioning setuptools-git vcs-versioning versioneer better-setuptools-git-version"
  ).split(" "),
);

/**
 * Whether the version comes from git or the environment. No file of the package changes with it, so the package is
 * built in every run. It is built in place, because only there its repository is found.
 */
export function hasVcsVersion(pyproject: Pyproject): boolean {
  const requires = (pyproject.buildSystem?.requires ?? []).map(requirementName);
  if (requires.some((name) => vcsRequirements.has(name))) return true;
  const tool = (...names: string[]) => names.reduce<unknown>((table, name) => asTable(table)[name], pyproject.tool);
  const source = asString(tool("hatch", "version", "source"));
  if (source !== undefined && source !== "regex" && source !== "code") return true;
  if (["scm", "call"].includes(asString(tool("pdm", "version", "source")) ?? "")) return true;
  if (tool("setuptools_scm") !== undefined || asTable(tool("poetry-dynamic-versioning"))["enable"] === true)
    return true;
  return buildScripts.some((name) => asksGit(path.join(pyproject.folder, name)));
}

/** Files with the package's own code that runs in its build. */
const buildScripts = ["setup.py", "hatch_build.py", "pdm_build.py"];

function asksGit(script: string): boolean {
  if (!existsSync(script)) return false;
  return /\bgit\b["']?[\s,]{1,100}["']?(describe|rev-parse|rev-list|log|show|tag)\b|^[ \t]*(import|from) git\b/m.test(
    readTextSync(script, 64 * 1024 * 1024) ?? "",
  );
}

/** Backends that read the source without writing into it. */
const readOnlyBackends = new Set(["hatchling.build", "uv_build", "flit_core.buildapi"]);

/**
 * Whether the package must be built in a private copy. setuptools leaves `build/` and `*.egg-info` in the source,
 * and reads `build/lib` again: a deleted module would ship for ever. Backends that are not known to leave the source
 * unchanged are treated like setuptools.
 */
export function buildInCopy(pyproject: Pyproject): boolean {
  if (hasVcsVersion(pyproject)) return false;
  const backend = pyproject.buildSystem?.backend;
  if (backend === undefined || !readOnlyBackends.has(backend)) return true;
  // It may contain hooks instead of the project file.
  if (existsSync(path.join(pyproject.folder, "hatch.toml"))) return true;
  const hatch = asTable(pyproject.tool["hatch"]);
  const build = asTable(hatch["build"]);
  const wheel = asTable(asTable(build["targets"])["wheel"]);
  if (build["hooks"] !== undefined || wheel["hooks"] !== undefined) return true;
  // These run the package's own code. In a copy, it can only read what the package's key knows.
  return asTable(hatch["metadata"])["hooks"] !== undefined || asTable(hatch["version"])["source"] === "code";
}

/**
 * Text of a file for the environment variable DIST_EXTRA_CONFIG: setuptools then writes into `scratch` (absolute,
 * exists) and leaves the source unchanged. For packages that must be built in place.
 */
export function setuptoolsScratchConfig(scratch: string): string {
  return `[build]\nbuild_base = ${path.join(scratch, "build")}\n[egg_info]\negg_base = ${scratch}\n`;
}

/** A copy of a package that its build may write into. */
export interface BuildCopy {
  /** Absolute folder of the package in the copy. */
  readonly folder: string;
  /** Absolute folder that was copied, the package's own or one above, and its copy. Links are resolved. */
  readonly original: string;
  readonly copy: string;
}

/**
 * Copies what a build of the package in `folder` may read, by paths from there, into the empty or missing folder `to`.
 * Links become files. Relative paths out of the package stay valid: then the package is somewhere below `to`. Throws
 * BAD_FILE.
 */
export async function copyForBuild(folder: string, to: string, read: readonly SourceFile[]): Promise<BuildCopy> {
  const root = await fs.realpath(folder);
  const files = [...read];
  const original = path.resolve(root, deepest(files.map((file) => /^(\.\.[\\/])*/.exec(file.relative)![0])));
  await fs.mkdir(to, { recursive: true });
  const copy = await fs.realpath(to);
  const packageCopy = path.join(copy, path.relative(original, root));
  for (const ignore of ignoreFiles) {
    const isThere = files.some((file) => file.relative === ignore.name);
    const [nearestAbove] = isThere ? [] : ignoreFilesAbove(root, ignore);
    // Backends search upwards for it, and read its patterns as if it were in the package.
    if (nearestAbove !== undefined) files.push({ relative: ignore.name, file: nearestAbove });
  }
  for (const { relative, file } of files) {
    const target = path.join(packageCopy, relative);
    await fs.mkdir(path.dirname(target), { recursive: true });
    await copyReadable(file, target);
  }
  return { folder: packageCopy, original, copy };
}

async function copyReadable(file: string, target: string): Promise<void> {
  try {
    await fs.copyFile(file, target);
    const isExecutable = ((await fs.stat(file)).mode & 0o111) !== 0;
    await fs.chmod(target, isExecutable ? 0o755 : 0o644); // a read-only copy could not be removed everywhere
  } catch (cause) {
    // These are about the copy, not about the file.
    if (["ENOSPC", "EDQUOT", "EROFS"].includes((cause as NodeJS.ErrnoException).code ?? "")) throw cause;
    throw unreadable(file, cause);
  }
}

function deepest(climbs: readonly string[]): string {
  return climbs.reduce((longest, climb) => (climb.length > longest.length ? climb : longest), "");
}

/** Normalised. Empty for a requirement that does not begin with a name. */
export function requirementName(requirement: string): string {
  return normaliseName(/^\s*([A-Za-z0-9._-]+)/.exec(requirement)?.[1] ?? "");
}
