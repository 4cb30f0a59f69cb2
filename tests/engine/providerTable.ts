import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/machine.js";
import type { WantedAws } from "./harness.js";

/** By the name of a test file of tests/engine: the aws provider that the table of tests/aws/README.md gives it. */
export function tabledProviders(): ReadonlyMap<string, string> {
  const page = fs.readFileSync(path.join(checkout, "tests", "aws", "README.md"), "utf8");
  const [, section = ""] = page.split("<!-- engine tests -->");
  const [table = ""] = section.trimStart().split("\n\n");
  const providers = new Map<string, string>();
  for (const row of table.split("\n").slice(2)) {
    const [, tests = "", provider = ""] = row.split("|");
    for (const [, name = ""] of tests.matchAll(/`(\w+)`/g)) {
      if (providers.has(name)) throw new Error(`tests/aws/README.md: ${name} is in two rows`);
      providers.set(name, provider.trim());
    }
  }
  return providers;
}

/** Throws when a test asks for another provider than the table says. */
export function requireInTable(context: Mocha.Context, wanted: WantedAws): void {
  const file = context.runnable().file ?? "";
  if (path.dirname(file) !== __dirname) return;
  const name = path.basename(file, ".test.ts");
  const tabled = tabledProviders().get(name);
  if (tabled !== wanted && tabled !== "both")
    throw new Error(`${name} asks for the provider "${wanted}"; the table of tests/aws/README.md says "${tabled}"`);
}
