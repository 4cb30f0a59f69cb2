import * as fs from "node:fs/promises";
import * as path from "node:path";
import { InvalidInputError } from "../../lib/errors.js";
import { isOn, valueOf, type CommandBody } from "../command.js";
import { contentsJson, differenceJson } from "./contentsJson.js";
import { contentsPage } from "./contentsPage.js";
import { contentsText, differenceText } from "./contentsText.js";
import { differences } from "./difference.js";
import { readListing } from "./readListing.js";
import { reportOn } from "./report.js";

export const inspect: CommandBody = {
  positionals: ["ARTIFACT"],
  optional: ["NEWER"],
  flags: {
    json: { type: "boolean", help: "Print JSON instead of tables. Sizes are in bytes." },
    html: {
      type: "string",
      value: "FILE",
      help: "Also write a map of the sizes: one HTML file that needs no network.",
    },
  },
  notes: [
    "ARTIFACT is an archive, the folder that `build --out` filled, the context of an image, or a folder of what ships.",
    "With a second one, it shows what became larger or smaller.",
    "Packages are recognised by their dist-info folders. All other files are the function's own.",
  ].join("\n"),
  check: (args) =>
    args.positionals.length > 1 && valueOf(args, "html") !== undefined
      ? [{ property: "--html", message: "shows one artifact, but two were given" }]
      : [],
  run: async (args, { cwd, logLine }) => {
    const [first = "", second] = args.positionals;
    const isJson = isOn(args, "json");
    const report = reportOn(await readListing(first, cwd, "ARTIFACT"));
    if (second !== undefined) {
      const newer = reportOn(await readListing(second, cwd, "NEWER"));
      const changes = differences(report.shares, newer.shares);
      return isJson ? json(differenceJson(report, newer, changes)) : differenceText(report, newer, changes);
    }
    const html = valueOf(args, "html");
    if (html !== undefined) {
      const target = path.resolve(cwd, html);
      await writePage(target, contentsPage(report));
      logLine(`Wrote ${target}`);
    }
    return isJson ? json(contentsJson(report)) : contentsText(report);
  },
};

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function writePage(file: string, text: string): Promise<void> {
  try {
    await fs.writeFile(file, text);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "";
    throw new InvalidInputError([{ property: "--html", message: `${file} cannot be written (${reason})` }]);
  }
}
