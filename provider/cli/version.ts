import { readSchemaFile } from "./schemaFile.js";

/** `uvlambda 0.1.0`; plugin, command line and SDKs have one version. */
export function versionText(): string {
  return `uvlambda ${readSchemaFile().version}\n`;
}
