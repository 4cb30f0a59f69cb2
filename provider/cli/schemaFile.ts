import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { PackageSchema } from "../inputs/schema/packageSchema.js";

/**
 * schema.json of this version. It is two folders above this file, also in a release, where all of cli/ is one file in
 * it.
 */
export function readSchemaFile(): PackageSchema {
  const text = readFileSync(path.join(__dirname, "../../schema.json"), "utf8");
  return JSON.parse(text) as PackageSchema;
}
