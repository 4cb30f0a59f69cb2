import { build } from "./buildCommand.js";
import { cachePrune } from "./cachePruneCommand.js";
import type { Command } from "./command.js";
import { inspect } from "./inspectCommand.js";

/** Every command, in the order of the help text. */
export const commands: readonly Command[] = [build, inspect, cachePrune];
