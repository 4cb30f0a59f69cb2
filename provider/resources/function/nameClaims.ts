import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../lib/errors.js";
import { explicitAwsProvider } from "../engine/awsProvider.js";
import { urnOf } from "../engine/pulumiInternals.js";
import { logGroupNameFor, roleNameFor } from "../../inputs/resourceNames.js";
import { isPrivate, type ResolvedInputs } from "../../inputs/resolved.js";

/** A function of the program: `scope` names its parent and its aws provider. */
export interface Claimant {
  readonly name: string;
  readonly scope: ClaimScope;
}

interface ClaimScope {
  readonly parent: string;
  readonly provider: string;
}

/** The name of something in AWS, and the property that gives it. */
interface Claim {
  readonly kind: "function" | "log group" | "role";
  readonly name: string;
  readonly property: string;
}

/**
 * Which function of the program has which name, and creates which log group and role. If two asked for the same one,
 * AWS would refuse the second in the middle of the deployment. Where the name of a log group is free again, one
 * function's logs would be deleted with the other.
 */
export class NameClaims {
  private readonly claims = new Map<string, Claimant>();

  /**
   * Notes what `claimant` creates under known names. Returns what another function creates, too. Another log group or
   * role would not help two functions with one name.
   */
  claim(claimant: Claimant, { values, secrets }: ResolvedInputs): Problem[] {
    const found = claimsOf(values).flatMap((claim) => {
      const first = this.owner(claimant, claim);
      if (first === undefined) return [];
      const both = `the functions ${JSON.stringify(first.name)} and ${JSON.stringify(claimant.name)}`;
      const message = messages[claim.kind](both, isPrivate(secrets, claim.property) ? undefined : claim.name);
      return [{ kind: claim.kind, property: claim.property, message }];
    });
    const sameName = found.filter(({ kind }) => kind === "function");
    return (sameName.length > 0 ? sameName : found).map(({ property, message }) => ({ property, message }));
  }

  /** The other function that has claimed it first. */
  private owner(claimant: Claimant, { kind, name }: Claim): Claimant | undefined {
    // IAM does not distinguish capitals.
    const key = JSON.stringify([kind, claimant.scope.provider, kind === "role" ? name.toLowerCase() : name]);
    const first = this.claims.get(key);
    if (first === undefined) this.claims.set(key, claimant);
    return first === undefined || isSame(first, claimant) ? undefined : first;
  }
}

const messages: Readonly<Record<Claim["kind"], (both: string, name: string | undefined) => string>> = {
  function: (both, name) =>
    `${both} both have ${name === undefined ? "the same `name`" : `the \`name\` ${JSON.stringify(name)}`}; give one of them another \`name\``,
  "log group": (both, name) =>
    `${both} would both create the log group ${name ?? "with this name"}; give one of them another \`logGroupName\`, or set its \`logGroup\` to the log group of the other`,
  role: (both, name) =>
    `${both} would both create the role ${name ?? "with this name"}; give one of them another \`roleName\``,
};

function claimsOf({ name, logGroup, logGroupName, role, roleName }: ResolvedInputs["values"]): Claim[] {
  const claims: Claim[] = [];
  if (typeof name === "string") claims.push({ kind: "function", name, property: "name" });
  if (role === undefined) {
    if (typeof roleName === "string") claims.push({ kind: "role", name: roleName, property: "roleName" });
    else if (roleName === undefined && typeof name === "string")
      claims.push({ kind: "role", name: roleNameFor(name), property: "name" });
  }
  if (logGroup === undefined) {
    if (typeof logGroupName === "string")
      claims.push({ kind: "log group", name: logGroupName, property: "logGroupName" });
    else if (logGroupName === undefined && typeof name === "string")
      claims.push({ kind: "log group", name: logGroupNameFor(name), property: "name" });
  }
  return claims;
}

/** One process may serve a preview and a deployment, and constructs the same function again. */
function isSame(one: Claimant, other: Claimant): boolean {
  return one.name === other.name && one.scope.parent === other.scope.parent;
}

/** Where a component is created. Two regions or accounts may each have a log group of one name. */
export async function claimScope(opts: pulumi.ComponentResourceOptions): Promise<ClaimScope> {
  const [parent, aws] = [opts.parent, explicitAwsProvider(opts)];
  return { parent: parent ? await urnOf(parent) : "", provider: aws ? await urnOf(aws) : "" };
}
