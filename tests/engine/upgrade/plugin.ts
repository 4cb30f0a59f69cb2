import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../../support/machine.js";

const schemaFile = path.join(checkout, "schema.json");

/** Version of the checkout's plugin. */
export const ownVersion = (JSON.parse(fs.readFileSync(schemaFile, "utf8")) as { version: string }).version;

/**
 * Makes a plugin of another version in `folder`, from the checkout's compiled one. Returns the folder of its launcher.
 */
export function copyPlugin(folder: string, version: string): string {
  const launchers = path.join(folder, "bin");
  for (const name of ["bin", "dist"])
    fs.cpSync(path.join(checkout, name), path.join(folder, name), { recursive: true });
  fs.symlinkSync(path.join(checkout, "node_modules"), path.join(folder, "node_modules"));
  const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8")) as object;
  fs.writeFileSync(path.join(folder, "schema.json"), JSON.stringify({ ...schema, version }));
  return launchers;
}
