import type { Problem } from "../lib/errors.js";
import type { Reporter } from "../lib/log.js";
import type { MachineSettings } from "../lib/machine.js";

/** One `--flag`. Its name is its key. */
export interface Flag {
  readonly type: "string" | "boolean";
  /** The placeholder of the value in help texts: `DIR`. */
  readonly value?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** Its values are `NAME=VALUE`: each name once. */
  readonly isNamed?: boolean;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** The arguments after the command's name. */
export interface Arguments {
  /** Values by flag, in the order given. A switch that is on has one value, "". */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** The environment of a command. None of it may reach an artifact. */
export interface CommandContext {
  readonly machine: MachineSettings;
  /** Absolute working folder, links resolved. */
  readonly cwd: string;
  /** `2026-11-21` */
  readonly today: string;
  /** Progress and warnings, on stderr. */
  readonly reporter: Reporter;
  /** Prints a line to stderr, unchanged. */
  readonly logLine: (line: string) => void;
  /** Prints to stdout, in addition to what a command returns. */
  readonly print: (text: string) => void;
  /** `stop` is called when the user interrupts. */
  readonly onInterrupt: (stop: () => void) => void;
}

/** A command as registered in `commands.ts`. The rest is loaded when it is needed. */
export interface CommandEntry {
  /** One or more words: `cache prune`. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandBody>;
}

export interface Command extends CommandEntry, CommandBody {}

export interface CommandBody {
  /** Names of the required arguments that are not flags. `optional` ones may follow. */
  readonly positionals: readonly string[];
  readonly optional?: readonly string[];
  readonly flags: Flags;
  /** What follows the list of flags in the help text. */
  readonly notes: string;
  /** What is wrong with the arguments beyond their form. */
  check(args: Arguments): Problem[];
  /** Returns what goes to stdout. Throws UvLambdaError. */
  run(args: Arguments, context: CommandContext): Promise<string>;
}

export function valueOf({ values }: Arguments, flag: string): string | undefined {
  return values.get(flag)?.[0];
}

export function isOn({ values }: Arguments, flag: string): boolean {
  return values.has(flag);
}
