import * as fs from "node:fs/promises";
import * as path from "node:path";
import { stringify } from "smol-toml";
import { readRegularText } from "../lib/regularFile.js";
import { asTable, asTables, parseToml, type TomlTable } from "../lib/toml.js";

type Environment = Readonly<Record<string, string>>;

/** Settings that uv writes into uv.lock and compares with what it finds in its settings the next time. */
const resolverKeys = [
  "resolution",
  "prerelease",
  "fork-strategy",
  "exclude-newer",
  "exclude-newer-package",
  "dependency-metadata",
];

/**
 * Variables with which `uv lock --check` compares the lock with what the project says. Of uv's settings those that the machine adds
 * are replaced by those that the lock was made with, unless the project sets them itself: the same checkout is fresh or stale on every
 * machine. Everything else in the machine's files stays (indexes, certificates, proxies). Empty when there is nothing to replace.
 * `makeFolder` is called only when files are written; they can hold the credentials of indexes.
 */
export async function lockCheckVariables(
  environment: Environment,
  root: string,
  lock: TomlTable,
  makeFolder: () => Promise<string>,
): Promise<Record<string, string>> {
  // Windows keeps them elsewhere, in folders that other programs need as they are.
  if (process.platform === "win32") return {};
  const project = await projectSettings(root);
  const added = Object.entries(lockedSettings(lock)).filter(([key]) => project[key] === undefined);
  const explicit = environment["UV_CONFIG_FILE"];
  const files = explicit ? [explicit] : [userFile(environment), await systemFile(environment)];
  const machine = await Promise.all(files.map((file) => readSettings(file)));
  const isTouched = machine.some((settings) => resolverKeys.some((key) => settings[key] !== undefined));
  // With a file of its own in UV_CONFIG_FILE uv does not read the project's settings.
  const own = explicit ? resolverKeys.flatMap((key) => (project[key] === undefined ? [] : [[key, project[key]]])) : [];
  if (!isTouched && added.length + own.length === 0) return {};
  const [first = {}, second = {}] = machine.map(withoutResolverKeys);
  const settings = { ...first, ...(Object.fromEntries([...added, ...own]) as TomlTable) };
  const folder = await makeFolder();
  if (explicit) return { UV_CONFIG_FILE: await writeSettings(path.join(folder, "uv.toml"), settings) };
  return replacedFolders(environment, folder, settings, second);
}

/** What uv takes its settings for a project from: the nearest uv.toml, or `[tool.uv]`, from its root upwards. */
async function projectSettings(root: string): Promise<TomlTable> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const plain = await readSettings(path.join(folder, "uv.toml"));
    if (Object.keys(plain).length > 0) return plain;
    const tool = asTable((await readSettings(path.join(folder, "pyproject.toml")))["tool"]);
    if (tool["uv"] !== undefined) return asTable(tool["uv"]);
    if (folder === path.dirname(folder)) return {};
  }
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
    // Beside a span the moment is a placeholder.
    "exclude-newer": options["exclude-newer-span"] ?? options["exclude-newer"],
    "exclude-newer-package": packages.length === 0 ? undefined : Object.fromEntries(packages),
    "dependency-metadata": metadata.length === 0 ? undefined : metadata,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function configHome({ XDG_CONFIG_HOME, HOME }: Environment): string | undefined {
  return XDG_CONFIG_HOME || (HOME && path.join(HOME, ".config")) || undefined;
}

function userFile(environment: Environment): string | undefined {
  const home = configHome(environment);
  return home && path.join(home, "uv", "uv.toml");
}

async function systemFile({ XDG_CONFIG_DIRS }: Environment): Promise<string | undefined> {
  const folders = (XDG_CONFIG_DIRS || "/etc/xdg").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const file of [...folders.map((folder) => path.join(folder, "uv", "uv.toml")), "/etc/uv/uv.toml"]) {
    if (await fs.access(file).then(...isThere)) return file;
  }
  return undefined;
}

const isThere = [() => true, () => false] as const;

/** Empty when there is no such file, and when it cannot be read: uv says what is wrong with it. */
async function readSettings(file: string | undefined): Promise<TomlTable> {
  if (file === undefined) return {};
  try {
    return parseToml(await readRegularText(file), file);
  } catch {
    return {};
  }
}

function withoutResolverKeys(settings: TomlTable): TomlTable {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !resolverKeys.includes(key)));
}

/** A folder with the user's settings for uv, everything else in it as in the real one (git has its own there), and one for the system's. */
async function replacedFolders(environment: Environment, folder: string, user: TomlTable, system: TomlTable) {
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
  await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await fs.writeFile(file, stringify(settings), { mode: 0o600 });
  return file;
}
