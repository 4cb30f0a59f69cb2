import type { Command, Flag } from "./command.js";

const width = 100;
const indent = 34;

/** What `uvlambda --help` prints. */
export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`);
  return [
    "Builds AWS Lambda artifacts from Python projects managed by uv, without Pulumi or AWS.",
    "",
    "Usage: uvlambda COMMAND [FLAGS]",
    "",
    ...rows,
    "",
    "`uvlambda COMMAND --help` explains the flags of a command.",
    "",
  ].join("\n");
}

/** What `uvlambda COMMAND --help` prints. */
export function commandHelp({ name, summary, positionals, flags, notes }: Command): string {
  const rows = Object.entries(flags).map(([flag, spec]) => flagRow(flag, spec));
  const usage = ["Usage: uvlambda", name, ...positionals, "[FLAGS]"].join(" ");
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
