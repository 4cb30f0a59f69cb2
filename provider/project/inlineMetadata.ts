import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readRegularText } from "../lib/regularFile.js";
import { asStrings, parseToml, TomlFileError } from "../lib/toml.js";

/** A script that names its dependencies itself, as `uv add --script` writes them (PEP 723). */
export interface InlineScript {
  readonly file: string;
  readonly dependencies: readonly string[];
}

/** The block is near the beginning of its file. */
const searched = 65_536;

/** The first of the folder's modules that is such a script. */
export async function findInlineScript(folder: string): Promise<InlineScript | undefined> {
  const names = await fs.readdir(folder).catch(() => []);
  for (const file of names.filter((name) => name.endsWith(".py")).sort()) {
    const text = await readRegularText(path.join(folder, file)).catch(() => "");
    const block = /^# \/\/\/ script[ \t]*\r?\n((?:#(?: .*)?\r?\n)+?)# \/\/\/[ \t]*$/m.exec(
      text.slice(0, searched),
    )?.[1];
    if (block === undefined) continue;
    return { file, dependencies: dependenciesIn(block.replace(/^# ?/gm, ""), file) };
  }
  return undefined;
}

function dependenciesIn(text: string, file: string): string[] {
  try {
    return asStrings(parseToml(text, file)["dependencies"]);
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    return [];
  }
}
