import type { Format } from "../formats/format.js";
import { formats } from "../formats/index.js";
import { functionDefaults } from "./schema/defaults.js";

/** The format that the value of `packageFormat` names; undefined when it is unknown yet, or wrong. */
export function formatOf(packageFormat: unknown): Format | undefined {
  const name = packageFormat ?? functionDefaults.packageFormat;
  return Object.values(formats).find((format) => format.name === name);
}
