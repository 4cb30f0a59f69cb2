import * as fs from "node:fs/promises";
import * as path from "node:path";
import { makeFolder } from "../../lib/makeFolder.js";
import { stringify } from "smol-toml";
import { asString, asStrings, asTable, asTables, type TomlTable } from "../../lib/toml.js";
import type { EnvironmentVariables } from "../../lib/processes/environmentVariables.js";
import { normaliseName } from "../../project/pyproject.js";
import { machineFiles, projectSettings, readSettings } from "./machineFiles.js";

/** Settings that an installation of locked packages may need. */
const neededKeys = new Set([
  ...["keyring-provider", "offline", "no-cache", "preview", "preview-features", "python-downloads"],
  ...["native-tls", "system-certs", "allow-insecure-host", "http-proxy", "https-proxy", "no-proxy"],
  ...["concurrent-downloads", "concurrent-builds", "concurrent-installs"],
  ...["index", "index-url", "extra-index-url", "index-strategy"],
  ...["build-constraint-dependencies", "extra-build-dependencies", "extra-build-variables", "dependency-metadata"],
  ...["config-settings", "config-settings-package", "no-build-isolation", "no-build-isolation-package"],
]);

/** These count in the project only. */
const projectKeys = new Set(["no-binary", "no-binary-package", "no-build", "no-build-package"]);

/**
 * Variables for an installation whose settings want a package built from source that is to come from its wheel: a
 * `no-binary-package` of this machine, or of anybody's `[tool.uv.pip]`, wins over `--only-binary`. uv then reads a file
 * without them. Empty when there is nothing to replace. The file can contain credentials of indexes.
 */
export async function wheelVariables(
  environment: EnvironmentVariables,
  root: string,
  isFromWheel: (name: string) => boolean,
  file: string,
): Promise<Record<string, string>> {
  const machine = machineFiles(environment).map(readSettings);
  // With UV_CONFIG_FILE, uv does not read the project's settings.
  const project = environment["UV_CONFIG_FILE"] ? {} : projectSettings(root).settings;
  const wantsSource = (names: unknown) =>
    asStrings(names).some((name) => name === ":all:" || isFromWheel(normaliseName(name)));
  const isTouched =
    [project, ...machine].some((settings) => wantsSource(asTable(settings["pip"])["no-binary"])) ||
    machine.some((settings) => settings["no-binary"] === true || wantsSource(settings["no-binary-package"]));
  if (!isTouched) return {};
  const merged: Record<string, unknown> = {};
  const entries = [
    ...Object.entries(project).filter(([key]) => neededKeys.has(key) || projectKeys.has(key)),
    ...machine.flatMap((settings) => Object.entries(settings).filter(([key]) => neededKeys.has(key))),
  ];
  // The first that has a setting wins. Lists are joined.
  for (const [key, value] of entries) {
    const known = merged[key];
    const isList = Array.isArray(known) && Array.isArray(value);
    merged[key] = isList ? [...(known as unknown[]), ...(value as unknown[])] : (known ?? value);
  }
  // Files of indexes on this machine are named with their own paths in the lock.
  if (merged["index"] !== undefined) merged["index"] = asTables(merged["index"]).filter(isRemote);
  await makeFolder(path.dirname(file), 0o700);
  await fs.writeFile(file, stringify(merged), { mode: 0o600 });
  return { UV_CONFIG_FILE: file };
}

function isRemote(index: TomlTable): boolean {
  return asString(index["url"])?.includes("://") ?? false;
}
