import * as fs from "node:fs";
import * as path from "node:path";
import { bundle } from "../../tools/release/bundle.js";

/**
 * Writes the command line of a compiled checkout as it is published, in one file, into `folder`. Returns the file to
 * run.
 */
export async function publish(checkout: string, folder: string): Promise<string> {
  for (const [name, content] of Object.entries(await bundle(checkout))) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  return path.join(folder, "dist", "cli", "main.js");
}
