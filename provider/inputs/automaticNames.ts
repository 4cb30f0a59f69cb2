import type { Problem } from "../lib/errors.js";
import { functionChildNames, functionNameLimit, roleNameLimit } from "./resourceNames.js";
import type { ResolvedInputs } from "./resolved.js";

/** What Pulumi adds to the name of a resource, if the stack does not configure that: `-` and seven characters. */
const addedCharacters = 8;

/**
 * What is wrong with the name of a component: Pulumi makes the names in AWS of it that the program does not give, and
 * the aws provider refuses them in the middle of a preview, under the name of a child. `isConfigured` says that the
 * stack has rules of its own for such names (`pulumi:autonaming`).
 */
export function automaticNameProblems(
  resourceName: string,
  { values }: ResolvedInputs,
  isConfigured: boolean,
): Problem[] {
  const { name, role, roleName } = values;
  if (isConfigured) return [];
  // The policies of a created role have no input for their names.
  const namesPolicies = role === undefined && /[^A-Za-z0-9_+=,.@-]/.test(resourceName);
  if (namesPolicies) return [problem("the role's policies", resourceName, ["may have letters, digits and `+=,.@_-`"])];
  if (name !== undefined) return [];
  const longest = functionNameLimit - addedCharacters;
  const createdRole = role === undefined && roleName === undefined ? functionChildNames("").role : "";
  const most = Math.min(longest, roleNameLimit - addedCharacters - createdRole.length);
  const why = [
    ...(/[^A-Za-z0-9_-]/.test(resourceName) ? ["may have letters, digits, `-` and `_`"] : []),
    ...(resourceName.length > most ? [`may have at most ${most} characters, has ${resourceName.length}`] : []),
  ];
  if (why.length === 0) return [];
  const proposed = resourceName.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, most);
  return [problem("the function and its role", resourceName, why, proposed)];
}

function problem(what: string, resourceName: string, why: readonly string[], proposed?: string): Problem {
  const orName = proposed === undefined ? "" : `, or set \`name: ${JSON.stringify(proposed)}\``;
  const message = `the names of ${what} in AWS begin with the resource's name ${JSON.stringify(resourceName)}, which ${why.join(", and ")}. To fix this, rename the resource in the program${orName}`;
  return { property: "name", message };
}
