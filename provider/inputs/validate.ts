import type { Problem } from "../lib/errors.js";
import { knownBuildEnvironment, type VariableCheck } from "./buildEnvironment.js";
import { conflictProblems, exclusionProblems } from "./conflicts/functionConflicts.js";
import { layerRules } from "./rules/layerRules.js";
import { functionToken, layerToken } from "./schema/tokens.js";
import { functionRules, mayBeEmpty } from "./rules/functionRules.js";
import { environmentWarnings } from "./rules/mapRules.js";
import { childPath, isPlainObject, type ResolvedInputs } from "./resolved.js";
import { resourceSchema, type PackageSchema } from "./schema/packageSchema.js";
import { schemaProblems } from "./schema/schemaCheck.js";
import type { Rule } from "./rules/valueRules.js";

/**
 * Everything that is wrong with the known inputs of a function; unknown ones are left for the deployment.
 * `variableProblems` judges the names in `buildEnvironment`.
 */
export function functionProblems(
  schema: PackageSchema,
  inputs: ResolvedInputs,
  variableProblems: VariableCheck,
): Problem[] {
  return [
    ...typeProblems(schema, functionToken, functionRules, inputs),
    ...conflictProblems(inputs.values),
    ...secretArguments(inputs),
    ...buildVariables(inputs, variableProblems),
  ];
}

/** The same for a layer. */
export function layerProblems(
  schema: PackageSchema,
  inputs: ResolvedInputs,
  variableProblems: VariableCheck,
): Problem[] {
  return [
    ...typeProblems(schema, layerToken, layerRules, inputs),
    ...exclusionProblems(inputs.values),
    ...buildVariables(inputs, variableProblems),
  ];
}

function typeProblems(
  schema: PackageSchema,
  token: string,
  rules: Readonly<Record<string, Rule>>,
  inputs: ResolvedInputs,
): Problem[] {
  return schemaProblems({ schema, resource: resourceSchema(schema, token), rules, mayBeEmpty }, inputs);
}

function buildVariables({ values }: ResolvedInputs, variableProblems: VariableCheck): Problem[] {
  return variableProblems(knownBuildEnvironment(values).variables).map(({ key, message }) => ({
    property: childPath("buildEnvironment", key),
    message,
  }));
}

/** A build argument can be read in the image, and its value is part of the tag. */
function secretArguments({ values, secrets }: ResolvedInputs): Problem[] {
  const message = "is secret, and build arguments can be read in the image's history; pass it in `image.secrets`";
  const { image } = values;
  const isInSecret = secrets.has("image") && isPlainObject(image) && image["buildArgs"] !== undefined;
  return [...(isInSecret ? ["image.buildArgs"] : []), ...secrets]
    .filter((path) => /^image\.buildArgs\b/.test(path))
    .sort()
    .map((property) => ({ property, message }));
}

/** Warnings about what is allowed but rarely intended. */
export function functionWarnings({ values }: ResolvedInputs): string[] {
  const { environment } = values;
  if (!isPlainObject(environment)) return [];
  const ignoredLayers =
    "environment.PYTHONPATH makes Lambda ignore the Python packages of layers. To fix this, leave it out.";
  return [...(environment["PYTHONPATH"] === undefined ? [] : [ignoredLayers]), ...environmentWarnings(environment)];
}
