import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../../lib/errors.js";
import { explicitAwsProvider } from "../../engine/awsProvider.js";
import { urnOf } from "../../engine/pulumiInternals.js";
import { logGroupNameFor } from "../../../inputs/resourceNames.js";
import { isPrivate, type ResolvedInputs } from "../../../inputs/resolved.js";

/** A function of the program: `scope` names its parent and its aws provider. */
export interface Claimant {
  readonly name: string;
  readonly scope: ClaimScope;
}

interface ClaimScope {
  readonly parent: string;
  readonly provider: string;
}

/**
 * Which function of the program creates which log group. If two asked for the same one, AWS would refuse the second
 * in the middle of the deployment. Where the name is free again, one function's logs would be deleted with the other.
 */
export class LogGroupClaims {
  private readonly claims = new Map<string, Claimant>();
  private readonly names = new Map<string, Claimant>();

  /**
   * Notes the log group that `claimant` creates, if its name is known. Returns a problem when another function creates
   * it.
   */
  claim(claimant: Claimant, { values, secrets }: ResolvedInputs): Problem[] {
    const sameName = this.claimName(claimant, values["name"], isPrivate(secrets, "name"));
    if (sameName !== undefined) return [sameName];
    const property = values["logGroupName"] === undefined ? "name" : "logGroupName";
    const given = values[property];
    if (values["logGroup"] !== undefined || typeof given !== "string") return [];
    const group = property === "name" ? logGroupNameFor(given) : given;
    const key = JSON.stringify([claimant.scope.provider, group]);
    const first = this.claims.get(key);
    if (first === undefined) this.claims.set(key, claimant);
    if (first === undefined || isSame(first, claimant)) return [];
    const message = `the functions ${JSON.stringify(first.name)} and ${JSON.stringify(claimant.name)} would both create the log group ${isPrivate(secrets, property) ? "with this name" : group}; give one of them another \`logGroupName\`, or set its \`logGroup\` to the log group of the other`;
    return [{ property, message }];
  }

  /** Another log group would not help two functions with one name: AWS would refuse the second because of its name. */
  private claimName(claimant: Claimant, name: unknown, isSecret: boolean): Problem | undefined {
    if (typeof name !== "string") return undefined;
    const key = JSON.stringify([claimant.scope.provider, name]);
    const first = this.names.get(key);
    if (first === undefined) this.names.set(key, claimant);
    if (first === undefined || isSame(first, claimant)) return undefined;
    const value = isSecret ? "the same `name`" : `the \`name\` ${JSON.stringify(name)}`;
    const both = `the functions ${JSON.stringify(first.name)} and ${JSON.stringify(claimant.name)}`;
    return { property: "name", message: `${both} both have ${value}; give one of them another \`name\`` };
  }
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
