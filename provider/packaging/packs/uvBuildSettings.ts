import * as path from "node:path";
import { readRegularIfAny } from "../../lib/regularFile.js";
import { compareBytes } from "../../lib/byteOrder.js";
import { sha256Hex } from "../../lib/hash.js";
import { redact } from "../../lib/redaction/redact.js";
import { asTable } from "../../lib/toml.js";
import type { Project } from "../../project/workspace.js";

/** Keys of `[tool.uv]` that concern locking, not building. */
const lockedKeys = new Set(["sources", "workspace", "dev-dependencies", "default-groups", "package", "managed"]);

/**
 * Hash of what uv reads in the workspace's root when it builds a package: config-settings, build constraints, further
 * build dependencies and whatever a newer uv may add.
 */
export function buildSettings({ root, rootPyproject }: Project): string {
  const settings = Object.entries(asTable(rootPyproject.tool["uv"])).filter(([key]) => !lockedKeys.has(key));
  const file = readRegularIfAny(path.join(root, "uv.toml"))?.toString("utf8") ?? "";
  // An index may contain credentials, which must not reach a hash.
  return sha256Hex(redact(JSON.stringify([settings.sort(([a], [b]) => compareBytes(a, b)), file]), []));
}
