import { existsSync } from "node:fs";
import * as path from "node:path";
import { readRegularText } from "../../lib/regularFile.js";
import { asTable, parseToml, type TomlTable } from "../../lib/toml.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";

/** The user's folder. */
export function homeFolder({ HOME, USERPROFILE }: EnvironmentVariables): string | undefined {
  return HOME || USERPROFILE || undefined;
}

/** The folder with the user's settings, including those of uv. */
export function configHome(environment: EnvironmentVariables): string | undefined {
  const home = homeFolder(environment);
  return environment["XDG_CONFIG_HOME"] || (home && path.join(home, ".config"));
}

/** The folder with the user's data, including uv's Pythons and stored credentials. */
export function dataHome(environment: EnvironmentVariables): string | undefined {
  const home = homeFolder(environment);
  return environment["XDG_DATA_HOME"] || (home && path.join(home, ".local", "share"));
}

/**
 * The files with the machine's settings for uv, the one that wins first: UV_CONFIG_FILE alone, or the user's and the
 * system's.
 */
export function machineFiles(environment: EnvironmentVariables): string[] {
  const explicit = environment["UV_CONFIG_FILE"];
  if (explicit) return [explicit];
  return [userFile(environment), systemFile(environment)].filter((file) => file !== undefined);
}

/** The file with the system's settings for uv, if there is one. */
export function systemFile(environment: EnvironmentVariables): string | undefined {
  return systemFiles(environment).find(existsSync);
}

/** All places where uv looks for the machine's settings, whichever wins. */
export function possibleMachineFiles(environment: EnvironmentVariables): string[] {
  const found = [environment["UV_CONFIG_FILE"], userFile(environment), ...systemFiles(environment)];
  return found.filter((file): file is string => Boolean(file));
}

function userFile(environment: EnvironmentVariables): string | undefined {
  const home = configHome(environment);
  return home && path.join(home, "uv", "uv.toml");
}

function systemFiles({ XDG_CONFIG_DIRS }: EnvironmentVariables): string[] {
  const folders = (XDG_CONFIG_DIRS || "/etc/xdg").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return [...folders.map((folder) => path.join(folder, "uv", "uv.toml")), "/etc/uv/uv.toml"];
}

/** The file with uv's settings for a project: the nearest uv.toml or `[tool.uv]`, from its root upwards. */
export function projectSettings(root: string): { readonly file: string; readonly settings: TomlTable } {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const [plain, pyproject] = ["uv.toml", "pyproject.toml"].map((name) => path.join(folder, name)) as [string, string];
    const settings = readSettings(plain);
    if (Object.keys(settings).length > 0) return { file: plain, settings };
    const tool = asTable(readSettings(pyproject)["tool"]);
    if (tool["uv"] !== undefined) return { file: pyproject, settings: asTable(tool["uv"]) };
    if (folder === path.dirname(folder)) return { file: path.join(root, "pyproject.toml"), settings: {} };
  }
}

/** Empty when the file does not exist or cannot be read: uv reports what is wrong with it. */
export function readSettings(file: string): TomlTable {
  try {
    return parseToml(readRegularText(file), file);
  } catch {
    return {};
  }
}
