import { skip } from "../../support/skip.js";
import { csharp } from "./csharp.js";
import { go } from "./go.js";
import { java } from "./java.js";
import type { ProgramLanguage } from "./language.js";
import { python } from "./python.js";
import { typescript } from "./typescript.js";
import { yaml } from "./yaml.js";

/** Every language that Pulumi programs of the tests are in. */
const programLanguages = { typescript, yaml, python, go, java, csharp } satisfies Record<string, ProgramLanguage>;

export type Language = keyof typeof programLanguages;

export function programLanguage(name: Language): ProgramLanguage {
  return programLanguages[name];
}

/** Skips the test with a message when this machine cannot run programs in the language. */
export function requireLanguage(context: Mocha.Context, name: Language): void {
  const missing = programLanguage(name).whyNot?.();
  if (missing !== undefined) skip(context, `needs ${missing}`);
}
