import { isPlainObject, type ResolvedInputs } from "./resolved.js";

/** The known variables of `buildEnvironment`, and whether there are unknown ones. */
export function knownBuildEnvironment(values: ResolvedInputs["values"]): {
  readonly variables: Readonly<Record<string, string>>;
  readonly isComplete: boolean;
} {
  const given = values["buildEnvironment"];
  if (given === undefined) return { variables: {}, isComplete: true };
  if (!isPlainObject(given)) return { variables: {}, isComplete: false };
  const known = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { variables: Object.fromEntries(known), isComplete: known.length === Object.keys(given).length };
}

/** Says which variables uv may not get, by name. */
export type VariableCheck = (
  variables: Readonly<Record<string, string>>,
) => readonly { readonly key: string; readonly message: string }[];
