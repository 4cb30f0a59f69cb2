import type { Command, CommandEntry, Flag } from "./command.js";

const width = 100;
const indent = 34;

/** The text of `uvlambda --help`, or for a group, as in `uvlambda cache --help`, only its commands. */
export function overview(commands: readonly CommandEntry[], group: string | undefined): string {
  const column = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const rows = commands.flatMap(({ name, summary }) => {
    const [first, ...rest] = wrap(summary, width - column - 2);
    return [`  ${name.padEnd(column)}${first}`, ...rest.map((line) => " ".repeat(column + 2) + line)];
  });
  const isWhole = group === undefined;
  const command = isWhole ? "uvlambda COMMAND" : `uvlambda ${group} COMMAND`;
  const intro = "Builds AWS Lambda artifacts from Python projects managed by uv, without Pulumi or AWS.";
  const version = isWhole ? ", `uvlambda --version` names the version" : "";
  return [
    ...(isWhole ? [intro, ""] : []),
    `Usage: ${command} [FLAGS]`,
    "",
    ...rows,
    "",
    `\`${command} --help\` explains a command${version}.`,
    "",
  ].join("\n");
}

/** What `uvlambda COMMAND --help` prints. */
export function commandHelp({ name, summary, positionals, optional = [], flags, notes }: Command): string {
  const rows = Object.entries(flags).map(([flag, spec]) => flagRow(flag, spec));
  const usage = ["Usage: uvlambda", name, ...positionals, ...optional.map((one) => `[${one}]`), "[FLAGS]"].join(" ");
  return [summary, "", usage, "", ...rows, "", notes, ""].join("\n");
}

function flagRow(name: string, { value, multiple, help }: Flag): string {
  const left = `  --${name}${value === undefined ? "" : ` ${value}`}${multiple ? " ..." : ""}`;
  const [first = "", ...rest] = wrap(help, width - indent);
  return [left.padEnd(indent) + first, ...rest.map((line) => " ".repeat(indent) + line)].join("\n");
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
