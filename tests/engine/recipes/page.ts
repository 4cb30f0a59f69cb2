import * as fs from "node:fs";
import * as path from "node:path";
import { checkout, pluginFolder } from "../../support/machine.js";
import { programLanguage } from "../languages/index.js";
import { json } from "../languages/language.js";

export const recipesFolder = path.join(checkout, "docs", "recipes");

/** The program file of each language that a page may contain. */
const programs = { typescript: "infra/index.ts", yaml: "infra/Pulumi.yaml", python: "infra/__main__.py" } as const;

export type RecipeLanguage = keyof typeof programs;

/** The files of a page: a line with a path in backquotes and a colon, then the block with the file's text. */
export function filesOf(page: string): Map<string, string> {
  const text = fs.readFileSync(path.join(recipesFolder, `${page}.md`), "utf8");
  const fences = text.matchAll(/^`([\w./-]+)`:\n\n```\w+\n([^]*?)^```$/gm);
  return new Map([...fences].map(([, name = "", content = ""]) => [name, content]));
}

export function languagesOf(page: string): RecipeLanguage[] {
  const files = filesOf(page);
  return (Object.keys(programs) as RecipeLanguage[]).filter((language) => files.has(programs[language]));
}

/** Writes the uv project of a page and the program in one language into `folder`. */
export function writePage(page: string, language: RecipeLanguage, folder: string, runtime: string): void {
  const others = Object.values(programs).filter((name) => name !== programs[language]);
  const files = new Map([...filesOf(page)].filter(([name]) => !(others as string[]).includes(name)));
  const plugins = { plugins: { providers: [{ name: "uvlambda", path: pluginFolder }] } };
  const project = files.get("infra/Pulumi.yaml");
  files.set(
    "infra/Pulumi.yaml",
    project === undefined
      ? json({ name: "recipe", runtime: programLanguage(language).runtime, ...plugins })
      : `${project}plugins: ${JSON.stringify(plugins.plugins)}\n`,
  );
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, withRuntime(text, runtime));
  }
}

/** The pages say python3.13. A machine may have another Python to run what was deployed. */
function withRuntime(text: string, runtime: string): string {
  return text.replaceAll("python3.13", runtime).replaceAll('">=3.13"', '">=3.11"');
}
