import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { checkout } from "../support/machine.js";

export interface Schema {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
  readonly repository: string;
  readonly pluginDownloadURL: string;
  readonly publisher: string;
  readonly keywords: readonly string[];
  readonly language: { readonly go: { readonly importBasePath: string } };
  readonly resources: Readonly<Record<string, { readonly description: string }>>;
}

export const schema = JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as Schema;

/** Text of a file of the checkout. */
export function read(...names: string[]): string {
  return fs.readFileSync(path.join(checkout, ...names), "utf8");
}

/** The schema's examples in one language, a resource each. */
export function examples(language: string): string[] {
  return Object.values(schema.resources).flatMap(({ description }) =>
    [...description.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(([, code = ""]) => code),
  );
}

/** A folder that is removed after the test group. */
export function scratchFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-sdk-")));
  after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
