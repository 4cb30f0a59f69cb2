import { debuglog } from "node:util";
import { InvalidInputError } from "../lib/errors.js";
import { readSettings } from "../lib/settings.js";
import { didYouMean } from "../lib/suggest.js";
import { readArguments } from "./arguments.js";
import type { Command, Surroundings } from "./command.js";
import { commands } from "./commands.js";
import { failureOf } from "./failure.js";
import { commandHelp, overview } from "./help.js";
import { LineReporter } from "./lineReporter.js";

/** The process around the command line, so that tests and entry point can differ in it. */
export interface Process extends Pick<Surroundings, "cwd" | "today" | "onInterrupt"> {
  /** Without the names of node and the script. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  print(text: string): void;
  /** A line for stderr. */
  tell(line: string): void;
}

/** Runs the command that `argv` names. Returns the exit code; never rejects. */
export async function main(process: Process): Promise<number> {
  try {
    process.print(await answer(process));
    return 0;
  } catch (error) {
    const { exitCode, code, message, hint } = failureOf(error);
    debuglog("uvlambda")("%s", error instanceof Error ? error.stack : error);
    process.tell(`error: ${message}\n${hint}`);
    process.print(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
    return exitCode;
  }
}

async function answer(process: Process): Promise<string> {
  const { argv, env, cwd, today, tell, onInterrupt } = process;
  if (argv[0] === "--help" || argv[0] === "-h" || argv[0] === "help") return overview(commands);
  const command = findCommand(argv);
  const { args, wantsHelp, problems } = readArguments(command, argv.slice(command.name.split(" ").length));
  if (wantsHelp) return commandHelp(command);
  const all = [...problems, ...command.check(args)];
  if (all.length > 0) throw new InvalidInputError(all);
  const reporter = new LineReporter(tell);
  return command.run(args, { settings: readSettings(env), cwd, today, reporter, onInterrupt });
}

function findCommand(argv: readonly string[]): Command {
  const found = commands.find(({ name }) => name.split(" ").every((word, i) => argv[i] === word));
  if (found !== undefined) return found;
  const words = argv.filter((word) => !word.startsWith("-"));
  const names = commands.map(({ name }) => name);
  const list = `Commands: ${names.join(", ")}.`;
  if (words.length === 0) throw new InvalidInputError([{ property: "uvlambda", message: `needs a command. ${list}` }]);
  const message = `is no command.${didYouMean(words.slice(0, 2).join(" "), names) || didYouMean(words[0]!, names)} ${list}`;
  throw new InvalidInputError([{ property: JSON.stringify(words[0]), message }]);
}
