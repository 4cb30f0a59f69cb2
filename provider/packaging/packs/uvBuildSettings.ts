import * as path from "node:path";
import { readRegularIfAny } from "../../lib/regularFile.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { sha256Hex } from "../../lib/hash.js";
import { redact } from "../../lib/redaction/redact.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";
import { asTable, type TomlTable } from "../../lib/toml.js";
import type { Project } from "../../project/workspace.js";
import { machineFiles, projectSettings, readSettings } from "../../uv/settings/machineFiles.js";

/** Keys of `[tool.uv]` that concern locking, not building. */
const lockedKeys = new Set(["sources", "workspace", "dev-dependencies", "default-groups", "package", "managed"]);

/**
 * Hash of what uv reads when it builds a package: config-settings, build constraints, further build dependencies and
 * whatever a newer uv may add. They are in the workspace's root, in a folder above, and in files of the machine.
 */
export function buildSettings({ root, rootPyproject }: Project, environment: EnvironmentVariables): string {
  const own = asTable(rootPyproject.tool["uv"]);
  const file = readRegularIfAny(path.join(root, "uv.toml"))?.toString("utf8") ?? "";
  const around = [projectSettings(root).settings, ...machineFiles(environment).map(readSettings)];
  // An index may contain credentials, which must not reach a hash.
  return sha256Hex(redact(JSON.stringify([[own, ...around].map(buildingSettings), file]), []));
}

function buildingSettings(settings: TomlTable): [string, unknown][] {
  const found = Object.entries(settings).filter(([key]) => !lockedKeys.has(key));
  return found.sort(([a], [b]) => compareBytes(a, b));
}
