import * as pulumi from "@pulumi/pulumi";
import { isPlainObject, type ResolvedInputs } from "./resolved.js";
import type { PropertySchema, ResourceSchema } from "./schema.js";

/**
 * The inputs to create resources from. Plain ones are plain even if the program passed an output (some languages do not
 * tell them apart); of plain lists and maps with outputs inside, the shape is plain. All others stay as they were
 * passed, with their secrets and dependencies. Null ones are absent.
 */
export function givenInputs(
  resource: ResourceSchema,
  inputs: pulumi.Inputs,
  { values }: ResolvedInputs,
): pulumi.Inputs {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, given(resource.inputProperties[key], inputs[key], value)]),
  );
}

function given(property: PropertySchema | undefined, input: pulumi.Input<unknown>, value: unknown): unknown {
  if (property?.plain !== true) return input;
  const inner = property.items ?? property.additionalProperties;
  if (inner === undefined || inner.plain === true) return value;
  if (!isOutput(input)) return input;
  const whole: pulumi.Output<unknown> = pulumi.output(input);
  const itemAt = (key: string | number) => whole.apply((items) => (items as Record<string | number, unknown>)[key]);
  if (Array.isArray(value)) return value.map((_, i) => itemAt(i));
  return isPlainObject(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, itemAt(key)])) : value;
}

function isOutput(input: unknown): boolean {
  return pulumi.Output.isInstance(input) || input instanceof Promise;
}
