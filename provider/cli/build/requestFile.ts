import { InvalidInputError } from "../../lib/errors.js";
import { isPlainObject } from "../../inputs/resolved.js";
import { readJsonInput } from "../jsonInput.js";

/** The content of `--request`: one request, or several with names. */
export interface Requests {
  /** How the results are printed. */
  readonly shape: "one" | "list" | "named";
  /** In the order of the file. A name is also that of a folder below `--out`. */
  readonly requests: readonly { readonly name: string; readonly inputs: Readonly<Record<string, unknown>> }[];
}

/** Throws InvalidInputError. */
export async function readRequests(file: string, cwd: string): Promise<Requests> {
  const { value } = await readJsonInput(file, cwd, "request");
  if (Array.isArray(value))
    return several(
      "list",
      value.map((one, i) => [String(i), one]),
    );
  if (!isPlainObject(value)) throw wrong("must contain an object, or a list or an object of such objects");
  // Every function has a project, which is not an object.
  const isNamed = typeof value["project"] !== "string" && Object.values(value).some(isPlainObject);
  if (isNamed && !("project" in value && !isPlainObject(value["project"])))
    return several("named", Object.entries(value));
  return { shape: "one", requests: [{ name: "", inputs: value }] };
}

function several(shape: "list" | "named", entries: readonly (readonly [string, unknown])[]): Requests {
  if (entries.length === 0) throw wrong("contains no request");
  const requests = entries.map(([name, inputs]) => {
    if (!isPlainObject(inputs))
      throw wrong(`contains ${JSON.stringify(name)}, which is not an object with the inputs of a function`);
    if (!/^[\w-][\w.-]*$/.test(name))
      throw wrong(`contains the name ${JSON.stringify(name)}; names have letters, digits, \`.\`, \`_\` and \`-\``);
    return { name, inputs };
  });
  return { shape, requests };
}

function wrong(message: string): InvalidInputError {
  return new InvalidInputError([{ property: "--request", message }]);
}
