import * as path from "node:path";
import type { MachineSettings } from "../lib/machine.js";
import { valueOf, type Arguments, type CommandContext, type Flag } from "./command.js";

/** `--cache-dir` of every command that has it. */
export const cacheDirFlag: Flag = {
  type: "string",
  value: "DIR",
  help: "Cache folder. Default: UVLAMBDA_CACHE_DIR, else `uvlambda` in the user's cache folder.",
};

/** The settings of the machine, with the cache folder that the command names. */
export function machineFor(
  args: Arguments,
  { machine, cwd }: Pick<CommandContext, "machine" | "cwd">,
): MachineSettings {
  const folder = valueOf(args, "cache-dir");
  return folder === undefined ? machine : { ...machine, cacheDir: path.resolve(cwd, folder) };
}
