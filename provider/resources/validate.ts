import type { Problem } from "../lib/errors.js";
import { knownBuildEnvironment } from "./buildEnvironment.js";
import { conflictProblems } from "./conflicts.js";
import { functionToken } from "./tokens.js";
import type { VariableCheck } from "./tools.js";
import { functionRules, mayBeEmpty } from "./functionRules.js";
import { childPath, isPlainObject, type ResolvedInputs } from "./resolved.js";
import { resourceSchema, type PackageSchema } from "./schema.js";
import { schemaProblems } from "./schemaCheck.js";

/**
 * Everything that is wrong with the known inputs of a function; unknown ones are left for the deployment.
 * `variableProblems` judges the names in `buildEnvironment`.
 */
export function functionProblems(
  schema: PackageSchema,
  inputs: ResolvedInputs,
  variableProblems: VariableCheck,
): Problem[] {
  const resource = resourceSchema(schema, functionToken);
  const problems = schemaProblems({ schema, resource, rules: functionRules, mayBeEmpty }, inputs);
  const variables = variableProblems(knownBuildEnvironment(inputs.values).variables).map(({ key, message }) => ({
    property: childPath("buildEnvironment", key),
    message,
  }));
  return [...problems, ...conflictProblems(inputs.values), ...variables];
}

/** What is allowed but seldom meant. */
export function functionWarnings({ values }: ResolvedInputs): string[] {
  const { environment } = values;
  if (!isPlainObject(environment) || environment["PYTHONPATH"] === undefined) return [];
  return ["environment.PYTHONPATH makes Lambda ignore the Python packages of layers; better leave it out."];
}
