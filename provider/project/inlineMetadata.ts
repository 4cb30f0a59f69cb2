import * as fs from "node:fs/promises";
import * as path from "node:path";
import { readTextSync } from "../lib/regularFile.js";
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
    const block = metadataIn(readTextSync(path.join(folder, file), searched) ?? "");
    if (block === undefined) continue;
    return { file, dependencies: dependenciesIn(block, file) };
  }
  return undefined;
}

/** The lines between `# /// script` and `# ///`, without their comment signs. */
function metadataIn(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^# \/\/\/ script[ \t]*$/.test(line));
  const length = lines.slice(start + 1).findIndex((line) => !/^#(?: (?!\/\/\/)|$)/.test(line));
  const end = lines[start + 1 + length] ?? "";
  if (start === -1 || length === -1 || !/^# \/\/\/[ \t]*$/.test(end)) return undefined;
  const block = lines.slice(start + 1, start + 1 + length);
  return block.map((line) => line.slice(2)).join("\n");
}

function dependenciesIn(text: string, file: string): string[] {
  try {
    return asStrings(parseToml(text, file)["dependencies"]);
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    return [];
  }
}
