import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../../lib/makeFolder.js";
import { stringify } from "smol-toml";
import { asTable, asTables, type TomlTable } from "../../lib/toml.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";
import { configHome, machineFiles, projectSettings, readSettings } from "./machineFiles.js";

/** Settings that uv writes into uv.lock and later compares with its settings. */
const resolverKeys = [
  "resolution",
  "prerelease",
  "fork-strategy",
  "exclude-newer",
  "exclude-newer-package",
  "dependency-metadata",
];

/**
 * Variables with which `uv lock --check` compares the lock with the project. Settings that the machine adds are
 * replaced by those that the lock was made with, unless the project sets them itself. So a checkout is fresh or stale
 * alike on every machine. Everything else in the machine's files stays (indexes, certificates, proxies). Empty when
 * there is nothing to replace. `makeFolder` is called only when files are written. They can contain the credentials
 * of indexes.
 */
export async function lockCheckVariables(
  environment: EnvironmentVariables,
  root: string,
  lock: TomlTable,
  makeFolder: () => Promise<string>,
): Promise<Record<string, string>> {
  // Windows keeps the files elsewhere, in folders that other programs need unchanged.
  if (process.platform === "win32") return {};
  const { settings: project } = projectSettings(root);
  const added = Object.entries(lockedSettings(lock)).filter(([key]) => project[key] === undefined);
  const explicit = environment["UV_CONFIG_FILE"];
  const machine = machineFiles(environment).map(readSettings);
  const isTouched = machine.some((settings) => resolverKeys.some((key) => settings[key] !== undefined));
  // With UV_CONFIG_FILE, uv does not read the project's settings.
  const explicitSettings = explicit
    ? resolverKeys.flatMap((key) => (project[key] === undefined ? [] : [[key, project[key]]]))
    : [];
  if (!isTouched && added.length + explicitSettings.length === 0) return {};
  const [first = {}, second = {}] = machine.map(withoutResolverKeys);
  const settings = { ...first, ...(Object.fromEntries([...added, ...explicitSettings]) as TomlTable) };
  const folder = await makeFolder();
  if (explicit) return { UV_CONFIG_FILE: await writeSettings(path.join(folder, "uv.toml"), settings) };
  return replacedFolders(environment, folder, settings, second);
}

/** The settings that a lock was made with, as uv.toml has them. */
function lockedSettings(lock: TomlTable): TomlTable {
  const options = asTable(lock["options"]);
  const metadata = asTables(asTable(lock["manifest"])["dependency-metadata"]);
  const packages = Object.entries(asTable(options["exclude-newer-package"])).map(([name, value]) => {
    const { span, timestamp } = asTable(value);
    return [name, span ?? timestamp ?? value] as const;
  });
  const settings = {
    resolution: options["resolution-mode"],
    prerelease: options["prerelease-mode"],
    "fork-strategy": options["fork-strategy"],
    // Beside a span, the date is a placeholder.
    "exclude-newer": options["exclude-newer-span"] ?? options["exclude-newer"],
    "exclude-newer-package": packages.length === 0 ? undefined : Object.fromEntries(packages),
    "dependency-metadata": metadata.length === 0 ? undefined : metadata,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function withoutResolverKeys(settings: TomlTable): TomlTable {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !resolverKeys.includes(key)));
}

/**
 * A folder with the user's settings for uv, otherwise like the real one (git has its settings there), and one for the
 * system's.
 */
async function replacedFolders(environment: EnvironmentVariables, folder: string, user: TomlTable, system: TomlTable) {
  const [home, dirs] = [path.join(folder, "home"), path.join(folder, "system")];
  await writeSettings(path.join(home, "uv", "uv.toml"), user);
  await writeSettings(path.join(dirs, "uv", "uv.toml"), system);
  const real = configHome(environment);
  const others = real === undefined ? [] : await fs.readdir(real).catch(() => []);
  for (const name of others.filter((one) => one !== "uv")) {
    await fs.symlink(path.join(real as string, name), path.join(home, name));
  }
  const further = environment["XDG_CONFIG_DIRS"] || "/etc/xdg";
  return { XDG_CONFIG_HOME: home, XDG_CONFIG_DIRS: `${dirs}${path.delimiter}${further}` };
}

async function writeSettings(file: string, settings: TomlTable): Promise<string> {
  await makeFolder(path.dirname(file), 0o700);
  await fs.writeFile(file, stringify(settings), { mode: 0o600 });
  return file;
}
