import { UvLambdaError, type Problem } from "../lib/errors.js";
import { Store, pruneDefaults, type PruneOptions } from "../store/store.js";
import { cacheDirFlag, machineFor } from "./cacheDir.js";
import { valueOf, type Arguments, type CommandBody } from "./command.js";

export const cachePrune: CommandBody = {
  positionals: [],
  flags: {
    "max-bytes": {
      type: "string",
      value: "N",
      help: `Bytes to keep. The least recently used entries are removed first. Default: ${pruneDefaults.maxBytes}.`,
    },
    "max-age": {
      type: "string",
      value: "DAYS",
      help: `Days without use after which an entry is removed in any case. Default: ${pruneDefaults.maxAgeDays}.`,
    },
    "cache-dir": cacheDirFlag,
  },
  notes: "It is safe while builds run: entries in use are kept. Prints a JSON object: cacheDir, removed, bytesFreed.",
  check: (args) => ["max-bytes", "max-age"].flatMap((flag) => numberProblems(args, flag)),
  run: async (args, context) => {
    const { cacheDir, isCacheReadOnly } = machineFor(args, context);
    if (isCacheReadOnly === true)
      throw new UvLambdaError("STORE_UNUSABLE", `${cacheDir} is only read: UVLAMBDA_CACHE_READONLY is set.`, {
        hint: "Unset UVLAMBDA_CACHE_READONLY to prune it.",
      });
    const result = await new Store(cacheDir, { reporter: context.reporter }).prune(limits(args));
    return `${JSON.stringify({ cacheDir, ...result }, null, 2)}\n`;
  },
};

function numberProblems(args: Arguments, flag: string): Problem[] {
  const text = valueOf(args, flag);
  if (text === undefined || /^\d{1,15}$/.test(text)) return [];
  return [{ property: `--${flag}`, message: `must be a whole number, 0 or more; given: ${JSON.stringify(text)}` }];
}

function limits(args: Arguments): PruneOptions {
  const [bytes, days] = [valueOf(args, "max-bytes"), valueOf(args, "max-age")];
  return {
    ...(bytes !== undefined && { maxBytes: Number(bytes) }),
    ...(days !== undefined && { maxAgeDays: Number(days) }),
  };
}
