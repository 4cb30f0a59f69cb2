import * as fs from "node:fs";
import * as path from "node:path";

/** The checkout this test runs in. */
export const checkout = path.resolve(__dirname, "..", "..");

/** The folder with the plugin's launcher; UVLAMBDA_TEST_PLUGIN names that of another build, for example a release. */
export const pluginFolder = process.env["UVLAMBDA_TEST_PLUGIN"] || path.join(checkout, "bin");

/**
 * Path of a program: the one that `variable` names (`tools/setup` sets it), or else the first one on PATH. Undefined
 * when there is none.
 */
export function findTool(name: string, variable: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== "") return isExecutable(named) ? named : undefined;
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => isExecutable(file));
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
