import type { CommandEntry } from "./command.js";

/**
 * Every command, in the order of the help text. Each is loaded only when it is used, so that `uvlambda --version`
 * answers at once.
 */
export const commands: readonly CommandEntry[] = [
  {
    name: "build",
    summary: "Builds the artifacts of a function and prints a JSON object that names them.",
    load: async () => (await import("./build/buildCommand.js")).build,
  },
  {
    name: "invoke",
    summary: "Builds a function for this machine, runs it with an event, and prints its answer.",
    load: async () => (await import("./invoke/invokeCommand.js")).invoke,
  },
  {
    name: "inspect",
    summary: "Shows what takes up space in an artifact, what would make it smaller, and how two artifacts differ.",
    load: async () => (await import("./inspect/inspectCommand.js")).inspect,
  },
  {
    name: "cache prune",
    summary:
      "Removes entries that were not used for a long time from the cache folder, and leftovers of killed builds.",
    load: async () => (await import("./cachePruneCommand.js")).cachePrune,
  },
];
