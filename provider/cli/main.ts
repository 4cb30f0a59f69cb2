import { debuglog } from "node:util";
import { InvalidInputError, type Problem } from "../lib/errors.js";
import { readMachineSettings } from "../lib/machine.js";
import { didYouMean } from "../lib/messages/suggest.js";
import { readArguments } from "./arguments.js";
import type { CommandEntry, CommandContext } from "./command.js";
import { commands } from "./commands.js";
import { FailedBuilds } from "./failedBuilds.js";
import { failureOf } from "./failure.js";
import { commandHelp, overview } from "./help.js";
import { LineReporter, type Display } from "./lineReporter.js";
import { LiveReporter, type Terminal } from "./liveReporter.js";
import { printable, printing } from "./printable.js";
import { readSchemaFile } from "./schemaFile.js";

/** The process around the command line. */
export interface Host extends Pick<CommandContext, "cwd" | "today" | "logLine" | "print" | "onInterrupt"> {
  /** Without the names of node and the script. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** True if a person reads stdout, false if a program does. */
  readonly printsToTerminal: boolean;
  /** Where progress is drawn, if a person reads stderr. */
  readonly terminal?: Terminal;
}

/** Runs the command that `argv` names. Returns the exit code; never rejects. */
export async function main(outer: Host): Promise<number> {
  const display = printing(outer.terminal ? new LiveReporter(outer.terminal) : new LineReporter(outer.logLine));
  const print = (text: string) => {
    display.end();
    outer.print(text);
  };
  const host = { ...outer, print, logLine: (line: string) => display.logLine(line) };
  let help = "uvlambda --help";
  try {
    host.print(await answer(host, display, (found) => (help = `uvlambda ${found} --help`)));
    return 0;
  } catch (error) {
    if (error instanceof FailedBuilds) return tellOf(error, host);
    const { exitCode, code, message, hint } = failureOf(error, help);
    debuglog("uvlambda")("%s", error instanceof Error ? error.stack : error);
    host.logLine(printable(`error (${code}): ${message}\n${hint}`));
    // On a terminal, both would appear, one below the other.
    if (!host.printsToTerminal) host.print(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
    return exitCode;
  } finally {
    display.end();
  }
}

function tellOf(error: FailedBuilds, host: Host): number {
  for (const { name, code, message, hint } of error.failures)
    host.logLine(printable(`error (${code}): ${name}: ${message}\n${hint}`));
  host.print(error.document);
  return error.exitCode;
}

const helpWords: ReadonlySet<string> = new Set(["--help", "-h", "help"]);
const versionWords: ReadonlySet<string> = new Set(["--version", "-v", "-V", "version"]);

async function answer(host: Host, reporter: Display, onCommand: (name: string) => void): Promise<string> {
  const [first = "--help", ...others] = host.argv;
  if (versionWords.has(first)) return `uvlambda ${readSchemaFile().version}\n`;
  // `help build` is the same as `build --help`.
  const argv = helpWords.has(first) ? [...others, "--help"] : host.argv;
  const wantsHelp = argv.some((word) => word === "--help" || word === "-h");
  const entry = findCommand(argv);
  if (entry === undefined) {
    const group = groupOf(argv);
    if (group.commands.length > 0 && (wantsHelp || group.words === host.argv.join(" ")))
      return overview(group.commands, group.words);
    if (wantsHelp && !argv.some(isWord)) return overview(commands, undefined);
    throw noCommand(argv);
  }
  onCommand(entry.name);
  const command = { ...entry, ...(await entry.load()) };
  const { args, wantsHelp: isHelp, problems } = readArguments(command, argv.slice(entry.name.split(" ").length));
  if (isHelp) return commandHelp(command);
  const isNew = ({ property }: Problem) => !problems.some((known) => known.property === property);
  const all = [...problems, ...command.check(args).filter(isNew)];
  if (all.length > 0) throw new InvalidInputError(all);
  const { env, cwd, today, logLine, print, onInterrupt } = host;
  return command.run(args, { machine: readMachineSettings(env), cwd, today, reporter, logLine, print, onInterrupt });
}

function findCommand(argv: readonly string[]): CommandEntry | undefined {
  return commands.find(({ name }) => name.split(" ").every((word, i) => argv[i] === word));
}

/** The commands that begin with the first word: `cache`. */
function groupOf([first = ""]: readonly string[]): { words: string; commands: CommandEntry[] } {
  return { words: first, commands: commands.filter(({ name }) => name.startsWith(`${first} `)) };
}

function isWord(text: string): boolean {
  return !text.startsWith("-");
}

function noCommand(argv: readonly string[]): InvalidInputError {
  const words = argv.filter(isWord);
  const names = commands.map(({ name }) => name);
  const list = `Commands: ${names.join(", ")}.`;
  if (words.length === 0) {
    const property = argv[0] ?? "uvlambda";
    return new InvalidInputError([{ property, message: `needs a command before it. ${list}` }]);
  }
  const message = `${JSON.stringify(words[0])} is not a command.${didYouMean(words.slice(0, 2).join(" "), names) || didYouMean(words[0]!, names)} ${list}`;
  return new InvalidInputError([{ property: "uvlambda", message }]);
}
