import * as fs from "node:fs/promises";
import * as path from "node:path";
import { isProgram } from "../../lib/processes/programs.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";
import { compareVersions, parseVersion } from "../../project/pep440.js";

/** Where pyenv, asdf and mise keep the Pythons behind the shims of a folder, relative to it. */
const installFolders = ["../versions", "../installs/python"];

/**
 * The environment with the Pythons of version managers on PATH, newest first, before the managers' shims. A shim is
 * a script that takes a second to answer, answers for only one version, and fails for versions that are not
 * activated. uv gives up when the first one that it starts fails.
 */
export async function withInstalledPythons(environment: EnvironmentVariables): Promise<Record<string, string>> {
  const name = Object.keys(environment).find((key) => key.toUpperCase() === "PATH");
  if (name === undefined || process.platform === "win32") return { ...environment };
  const folders = (environment[name] ?? "").split(path.delimiter);
  const found = await Promise.all(
    folders.map(async (folder) => (path.basename(folder) === "shims" ? [...(await behind(folder)), folder] : [folder])),
  );
  return { ...environment, [name]: found.flat().join(path.delimiter) };
}

async function behind(shims: string): Promise<string[]> {
  const installs = installFolders.map((folder) => path.resolve(shims, folder));
  return (await Promise.all(installs.map(pythonsIn))).flat();
}

async function pythonsIn(folder: string): Promise<string[]> {
  const names = await fs.readdir(folder).catch(() => []);
  // Plain CPython: the folder's name is only the version.
  const versions = names
    .filter((name) => /^3\.\d+\.\d+$/.test(name))
    .sort((a, b) => compareVersions(parseVersion(b)!, parseVersion(a)!));
  const bins = versions.map((version) => path.join(folder, version, "bin"));
  const working = await Promise.all(bins.map((bin) => isProgram(path.join(bin, "python3"))));
  return bins.filter((_, i) => working[i]);
}
