import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../lib/errors.js";
import { urnOf } from "../engine/pulumiInternals.js";
import { logGroupNameFor } from "../../inputs/resourceNames.js";
import { isPrivate, type ResolvedInputs } from "../../inputs/resolved.js";

/** A function of the program: `scope` says whose child it is and which AWS it is created in. */
export interface Claimant {
  readonly name: string;
  readonly scope: ClaimScope;
}

interface ClaimScope {
  readonly parent: string;
  readonly provider: string;
}

/**
 * Which function of the program creates which log group. Of two that ask for one, AWS would refuse the second in the
 * middle of the deployment, or, where the name is free again, one function's logs would be deleted with the other.
 */
export class LogGroupClaims {
  private readonly claims = new Map<string, Claimant>();
  private readonly names = new Map<string, Claimant>();

  /** Notes the log group that `claimant` creates, if its name is known; says so when another one creates it. */
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
    const message = `the functions ${JSON.stringify(first.name)} and ${JSON.stringify(claimant.name)} would both create the log group ${isPrivate(secrets, property) ? "with this name" : group}; give one of them another \`logGroupName\`, or let it write to the other one's with \`logGroup\``;
    return [{ property, message }];
  }

  /** Another log group would not help two functions of one name: AWS refuses the second one for its name. */
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

/** The same function is constructed again where one process serves a preview and a deployment. */
function isSame(one: Claimant, other: Claimant): boolean {
  return one.name === other.name && one.scope.parent === other.scope.parent;
}

/** Where a component is created. Two regions or accounts may each have a log group of one name. */
export async function claimScope({ parent, providers }: pulumi.ComponentResourceOptions): Promise<ClaimScope> {
  // The engine hands over a map by package, never a list.
  const { aws } = (providers ?? {}) as Readonly<Record<string, pulumi.ProviderResource>>;
  return { parent: parent ? await urnOf(parent) : "", provider: aws ? await urnOf(aws) : "" };
}
