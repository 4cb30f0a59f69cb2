import { childPath, type ResolvedInputs } from "../../../inputs/resolved.js";

/**
 * A key for each ARN in `policyArns`, which names its attachment. The position is the last resort: when the first of
 * two ARNs is removed from the list, an attachment named by position would take over its neighbour's policy, and lose
 * it when the neighbour is deleted afterwards.
 *
 * A plain ARN is named by the policy's name, an output by the resource that it comes from.
 */
export function attachmentKeys(inputs: ResolvedInputs): string[] {
  const { policyArns } = inputs.values;
  if (!Array.isArray(policyArns)) return [];
  const keys = policyArns.map((arn: unknown, i) => naturalKey(arn, childPath("policyArns", i), inputs));
  return keys.map((key, i) => (key === undefined || isTaken(keys, key, i) ? String(i) : key));
}

function naturalKey(arn: unknown, path: string, { sources }: ResolvedInputs): string | undefined {
  const names = sources.get(path) ?? sources.get("policyArns");
  if (names !== undefined && names.length > 0) return names.length === 1 ? names[0] : undefined;
  return typeof arn === "string" ? policyName(arn) : undefined;
}

/**
 * `arn:aws:iam::aws:policy/service-role/Name` becomes `service-role-Name`. A policy of the user's account gets its
 * number in front.
 */
function policyName(arn: string): string {
  const [, owner = "", name = ""] = /iam::([^:]*):policy\/(.*)/s.exec(arn) ?? [];
  return `${owner === "aws" ? "" : `${owner}-`}${name.replaceAll("/", "-")}`;
}

function isTaken(keys: readonly (string | undefined)[], key: string, i: number): boolean {
  return keys.some((other, j) => j !== i && other === key);
}
