import { readFileSync } from "node:fs";
import * as path from "node:path";

/** `uvlambda 0.1.0`; plugin, command line and SDKs have one version. */
export function versionText(): string {
  const schema = JSON.parse(readFileSync(path.join(__dirname, "../../schema.json"), "utf8")) as { version: string };
  return `uvlambda ${schema.version}\n`;
}
