import { build } from "./build.js";
import { cachePrune } from "./cachePrune.js";
import type { Command } from "./command.js";
import { inspect } from "./inspect.js";

/** Every command, in the order of the help text. */
export const commands: readonly Command[] = [build, inspect, cachePrune];
