import type { Problem } from "../lib/errors.js";
import type { Reporter } from "../lib/log.js";
import type { MachineSettings } from "../lib/machine.js";

/** One `--flag`; its name is the key it stands under. */
export interface Flag {
  readonly type: "string" | "boolean";
  /** Stands for the value in help texts: `DIR`. */
  readonly value?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** What a user wrote behind the command's name. */
export interface Arguments {
  /** Values by flag, in the order given; a switch that is on has one, "". */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** What a command works with; nothing of it may reach an artifact. */
export interface Surroundings {
  readonly machine: MachineSettings;
  /** Absolute working folder, links resolved. */
  readonly cwd: string;
  /** `2026-11-21` */
  readonly today: string;
  /** Progress and warnings, on stderr. */
  readonly reporter: Reporter;
  /** A line for stderr, as it is. */
  readonly tell: (line: string) => void;
  /** For stdout, besides what a command returns. */
  readonly print: (text: string) => void;
  /** `stop` is called when the user interrupts. */
  readonly onInterrupt: (stop: () => void) => void;
}

/** One thing that `uvlambda` can do, as `commands.ts` registers it; the rest is loaded when it is asked for. */
export interface CommandEntry {
  /** One or more words: `cache prune`. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandBody>;
}

export interface Command extends CommandEntry, CommandBody {}

export interface CommandBody {
  /** Names of the arguments that are no flags and are required; `optional` ones may follow. */
  readonly positionals: readonly string[];
  readonly optional?: readonly string[];
  readonly flags: Flags;
  /** What follows the list of flags in the help text. */
  readonly notes: string;
  /** What is wrong with the arguments beyond their form. */
  check(args: Arguments): Problem[];
  /** Returns what goes to stdout. Throws UvLambdaError. */
  run(args: Arguments, surroundings: Surroundings): Promise<string>;
}

export function valueOf({ given }: Arguments, flag: string): string | undefined {
  return given.get(flag)?.[0];
}

export function isOn({ given }: Arguments, flag: string): boolean {
  return given.has(flag);
}
