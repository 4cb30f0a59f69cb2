import * as path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { InvalidInputError, UvLambdaError } from "../lib/errors.js";
import { readRegularText } from "../lib/regularFile.js";

/**
 * The JSON that `--FLAG FILE` names, as text and as a value; `-` is stdin. Relative to `cwd`. Throws InvalidInputError.
 */
export async function readJsonInput(
  file: string,
  cwd: string,
  flag: string,
): Promise<{ readonly text: string; readonly value: unknown }> {
  const refuse = (message: string) => new InvalidInputError([{ property: `--${flag}`, message }]);
  let text: string;
  try {
    text = file === "-" ? await readAll(process.stdin) : readRegularText(path.resolve(cwd, file));
  } catch (error) {
    if (error instanceof UvLambdaError) throw refuse(`${error.message} \`--${flag} -\` reads standard input.`);
    throw refuse(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    // It may hold secrets, and the parser's own message quotes it.
    throw refuse(`${file === "-" ? "stdin" : file} is not JSON`);
  }
}
