import * as fs from "node:fs";
import * as path from "node:path";
import { pluginFolder } from "../support/machine.js";
import { programLanguage, type Language } from "./languages/index.js";
import { json, type Functions } from "./languages/language.js";

export type { Language } from "./languages/index.js";
export { outputNames, type FunctionInputs, type FunctionOutputs } from "./languages/language.js";

/** The two languages of most tests: one with types and a compiler, one that is only data. */
export const languages: readonly Language[] = ["typescript", "yaml"];

export interface Program {
  readonly language: Language;
  readonly functions: Functions;
  /** Further files of the program by name, which replace those that `functions` would give. */
  readonly files?: Readonly<Record<string, string>>;
  /** Folder of the program below the Pulumi project (Pulumi's `main`). Default: the project's folder. */
  readonly main?: string;
}

/** Writes the Pulumi project into `folder`. Each function's outputs are a stack output named like the function. */
export function writeProgram(folder: string, { language, functions, files, main }: Program): void {
  const writer = programLanguage(language);
  const fields = main === undefined ? writer.projectFields?.(functions) : undefined;
  const written = fields === undefined ? writer.files?.(functions) : {};
  if (written === undefined) throw new Error(`the tests cannot write programs in ${language}`);
  const project = {
    name: "engine-tests",
    runtime: writer.runtime,
    plugins: { providers: [{ name: "uvlambda", path: pluginFolder }] },
    ...(main === undefined ? {} : { main }),
    ...fields,
  };
  writeFiles(folder, { "Pulumi.yaml": json(project) });
  writeFiles(path.join(folder, main ?? ""), { ...written, ...files });
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
}
