import { debuglog } from "node:util";
import { InvalidInputError, type Problem } from "../lib/errors.js";
import { readMachineSettings } from "../lib/machine.js";
import { didYouMean } from "../lib/suggest.js";
import { readArguments } from "./arguments.js";
import type { Command, Surroundings } from "./command.js";
import { commands } from "./commands.js";
import { failureOf } from "./failure.js";
import { commandHelp, overview } from "./help.js";
import { LineReporter } from "./lineReporter.js";

/** The process around the command line. */
export interface Host extends Pick<Surroundings, "cwd" | "today" | "onInterrupt"> {
  /** Without the names of node and the script. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For stdout. */
  readonly print: (text: string) => void;
  /** A line for stderr. */
  readonly tell: (line: string) => void;
}

/** Runs the command that `argv` names. Returns the exit code; never rejects. */
export async function main(host: Host): Promise<number> {
  try {
    host.print(await answer(host));
    return 0;
  } catch (error) {
    const { exitCode, code, message, hint } = failureOf(error);
    debuglog("uvlambda")("%s", error instanceof Error ? error.stack : error);
    host.tell(`error: ${message}\n${hint}`);
    host.print(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
    return exitCode;
  }
}

async function answer(host: Host): Promise<string> {
  const { argv, env, cwd, today, tell, onInterrupt } = host;
  if (argv[0] === "--help" || argv[0] === "-h" || argv[0] === "help") return overview(commands);
  const command = findCommand(argv);
  const { args, wantsHelp, problems } = readArguments(command, argv.slice(command.name.split(" ").length));
  if (wantsHelp) return commandHelp(command);
  const isNew = ({ property }: Problem) => !problems.some((known) => known.property === property);
  const all = [...problems, ...command.check(args).filter(isNew)];
  if (all.length > 0) throw new InvalidInputError(all);
  const reporter = new LineReporter(tell);
  return command.run(args, { machine: readMachineSettings(env), cwd, today, reporter, onInterrupt });
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
