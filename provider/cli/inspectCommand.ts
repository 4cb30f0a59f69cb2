import * as fs from "node:fs/promises";
import * as path from "node:path";
import { InvalidInputError } from "../lib/errors.js";
import { valueOf, type Command } from "./command.js";
import { archiveContents } from "./archiveContents.js";
import { contentsPage } from "./contentsPage.js";
import { contentsTable } from "./contentsTable.js";

export const inspect: Command = {
  name: "inspect",
  summary: "Shows what takes the space in an archive: a table with a row for each package.",
  positionals: ["ARCHIVE"],
  flags: {
    html: { type: "string", value: "FILE", help: "Also write a picture of it: one HTML file that needs no network." },
  },
  notes: "Packages are told apart by their dist-info folders; what belongs to none are the function's own files.",
  check: () => [],
  run: async (args, { cwd, reporter }) => {
    const [archive = ""] = args.positionals;
    const file = path.resolve(cwd, archive);
    await requireFile(file, archive);
    const contents = await archiveContents(file);
    const html = valueOf(args, "html");
    if (html !== undefined) {
      const target = path.resolve(cwd, html);
      await writePage(target, contentsPage(path.basename(file), contents));
      reporter.progress(`Wrote ${target}`);
    }
    return contentsTable(contents);
  },
};

async function requireFile(file: string, given: string): Promise<void> {
  const status = await fs.stat(file).catch(() => undefined);
  if (status?.isFile()) return;
  const reason = status === undefined ? `does not exist or cannot be read; looked for ${file}` : "is not a file";
  throw new InvalidInputError([{ property: "ARCHIVE", message: `${JSON.stringify(given)} ${reason}` }]);
}

async function writePage(file: string, text: string): Promise<void> {
  try {
    await fs.writeFile(file, text);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "";
    throw new InvalidInputError([{ property: "--html", message: `${file} cannot be written (${reason})` }]);
  }
}
