import type * as pulumi from "@pulumi/pulumi";
import { deletedWithOf } from "../pulumiInternals.js";

/**
 * Options of Pulumi that a component gets, and that neither the engine nor the component gives to the resources in it.
 * `customTimeouts` is one of them for a component without resources that take their time.
 */
export type UnusedOption = (typeof unusedOptions)[number];

const unusedOptions = ["customTimeouts", "ignoreChanges", "replaceOnChanges", "replacementTrigger"] as const;

/** As the server of @pulumi/pulumi gives them: JavaScript reserves `delete`. */
type ServedTimeouts = pulumi.CustomTimeouts & { readonly pb_delete?: string };

/** The options as the program gave them. What the server of @pulumi/pulumi fills in for absent ones is absent. */
export async function componentOptions(
  served: pulumi.ComponentResourceOptions,
): Promise<pulumi.ComponentResourceOptions> {
  const { customTimeouts, deletedWith, ...opts } = served;
  const timeouts = givenTimeouts(customTimeouts);
  return {
    ...opts,
    ...(timeouts !== undefined && { customTimeouts: timeouts }),
    ...(deletedWith !== undefined && { deletedWith: await deletedWithOf(deletedWith) }),
  };
}

function givenTimeouts(served: ServedTimeouts | undefined): pulumi.CustomTimeouts | undefined {
  if (served === undefined) return undefined;
  const { pb_delete: whenDeleted, ...others } = served;
  const all = { delete: whenDeleted, ...others };
  const given = Object.entries(all).filter(([, time]) => time !== undefined && time !== "");
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** A warning if an option of a component does nothing. `used`: what this type of component passes on itself. */
export function optionWarnings(
  opts: pulumi.ComponentResourceOptions,
  used: readonly UnusedOption[],
): readonly string[] {
  const lost = unusedOptions.filter((option) => !used.includes(option) && isGiven(opts[option]));
  return lost.map(
    (option) =>
      `The resource option ${option} of this component does not reach the resources in it. To fix this, set it on the resource that you mean with a transform, as docs/options.md shows under "Options for one child".`,
  );
}

function isGiven(option: unknown): boolean {
  return option !== undefined && (!Array.isArray(option) || option.length > 0);
}
