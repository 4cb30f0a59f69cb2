import type { Problem } from "../../lib/errors.js";
import { layerConflicts } from "./layerConflicts.js";
import { isSet } from "../isSet.js";
import { childPath, isPlainObject } from "../resolved.js";
import { functionNameLimit, roleNameFor, roleNameLimit } from "../resourceNames.js";
import { settingConflicts } from "./settingConflicts.js";

type Values = Readonly<Record<string, unknown>>;

interface Exclusion {
  readonly input: string;
  readonly excludes: readonly string[];
  readonly because: string;
}

const exclusions: readonly Exclusion[] = [
  {
    input: "role",
    excludes: ["roleName", "rolePath", "permissionsBoundary", "policyArns", "inlinePolicies"],
    because: "no role is created and nothing is attached to an existing one",
  },
  {
    input: "logGroup",
    excludes: ["logGroupName", "logRetentionDays", "retainLogs"],
    because: "no log group is created and an existing one is left as it is",
  },
  {
    input: "deadLetterQueue",
    excludes: ["deadLetterTargetArn"],
    because: "a function has one target for dead letters",
  },
  { input: "onlyGroups", excludes: ["groups", "extras"], because: "only the named groups ship" },
];

/** Inputs that contradict each other. Empty lists and maps count as absent. */
export function conflictProblems(values: Values): Problem[] {
  return [
    ...exclusionProblems(values),
    ...longRoleName(values),
    ...layerConflicts(values),
    ...settingConflicts(values),
    ...equalTags(values),
  ];
}

/** Those of them where one input excludes another. */
export function exclusionProblems(values: Values): Problem[] {
  return exclusions.flatMap(({ input, excludes, because }) =>
    isSet(values[input])
      ? excludes
          .filter((other) => isSet(values[other]))
          .map((other) => ({ property: other, message: `cannot be combined with \`${input}\`: ${because}` }))
      : [],
  );
}

function longRoleName({ name, role, roleName }: Values): Problem[] {
  if (typeof name !== "string" || role !== undefined || roleName !== undefined) return [];
  // A longer name is an error by itself.
  if (roleNameFor(name).length <= roleNameLimit || name.length > functionNameLimit) return [];
  const message = `the name of its role would be ${roleNameFor("<name>")}, which is longer than the ${roleNameLimit} characters that IAM allows; set \`roleName\` or a shorter name`;
  return [{ property: "name", message }];
}

/** IAM does not distinguish capitals in the names of tags. */
function equalTags({ tags, role }: Values): Problem[] {
  if (!isPlainObject(tags) || role !== undefined) return [];
  const keys = Object.keys(tags);
  const lower = keys.map((key) => key.toLowerCase());
  return keys.flatMap((key, i) => {
    const first = keys[lower.indexOf(lower[i]!)]!;
    const message = `differs from ${JSON.stringify(first)} in capitals only, and the created role cannot have both`;
    return first === key ? [] : [{ property: childPath("tags", key), message }];
  });
}
