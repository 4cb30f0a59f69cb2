import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readRegularText } from "../../lib/regularFile.js";
import { asTable, parseToml, type TomlTable } from "../../lib/toml.js";

type Environment = Readonly<Record<string, string>>;

/** The folder with the user's settings, including those of uv. */
export function configHome({ XDG_CONFIG_HOME, HOME }: Environment): string | undefined {
  return XDG_CONFIG_HOME || (HOME && path.join(HOME, ".config")) || undefined;
}

/**
 * The files with the machine's settings for uv, the one that wins first: UV_CONFIG_FILE alone, or the user's and the
 * system's.
 */
export async function machineFiles(environment: Environment): Promise<string[]> {
  const explicit = environment["UV_CONFIG_FILE"];
  if (explicit) return [explicit];
  const home = configHome(environment);
  const user = home && path.join(home, "uv", "uv.toml");
  const files = [user, await systemFile(environment)].filter((file) => file !== undefined);
  return files.filter((file) => file !== "");
}

async function systemFile({ XDG_CONFIG_DIRS }: Environment): Promise<string | undefined> {
  const folders = (XDG_CONFIG_DIRS || "/etc/xdg").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const file of [...folders.map((folder) => path.join(folder, "uv", "uv.toml")), "/etc/uv/uv.toml"]) {
    if (await fs.access(file).then(...isThere)) return file;
  }
  return undefined;
}

const isThere = [() => true, () => false] as const;

/** The file with uv's settings for a project: the nearest uv.toml or `[tool.uv]`, from its root upwards. */
export async function projectSettings(root: string): Promise<{ readonly file: string; readonly settings: TomlTable }> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const [plain, pyproject] = ["uv.toml", "pyproject.toml"].map((name) => path.join(folder, name)) as [string, string];
    const settings = await readSettings(plain);
    if (Object.keys(settings).length > 0) return { file: plain, settings };
    const tool = asTable((await readSettings(pyproject))["tool"]);
    if (tool["uv"] !== undefined) return { file: pyproject, settings: asTable(tool["uv"]) };
    if (folder === path.dirname(folder)) return { file: path.join(root, "pyproject.toml"), settings: {} };
  }
}

/** Empty when the file does not exist or cannot be read: uv reports what is wrong with it. */
export async function readSettings(file: string): Promise<TomlTable> {
  try {
    return parseToml(await readRegularText(file), file);
  } catch {
    return {};
  }
}
