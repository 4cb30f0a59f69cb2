import * as pulumi from "@pulumi/pulumi";
import { isPlainObject, type ResolvedInputs } from "../../inputs/resolved.js";
import {
  referencedType,
  type PackageSchema,
  type PropertySchema,
  type ResourceSchema,
} from "../../inputs/schema/packageSchema.js";

type Key = string | number;

/**
 * The inputs to create resources from. Plain inputs are plain even if the program passed an output, because some
 * languages do not distinguish them. Plain lists, maps and objects that may hold outputs have a plain shape. All
 * other inputs stay as they were passed, with their secrets and dependencies. Nulls are left out.
 */
export function plainInputs(
  schema: PackageSchema,
  resource: ResourceSchema,
  inputs: pulumi.Inputs,
  { values }: ResolvedInputs,
): pulumi.Inputs {
  const read = (property: PropertySchema | undefined, input: pulumi.Input<unknown>, value: unknown): unknown => {
    if (property?.plain !== true) return input;
    const inside = (key: Key, inner: unknown) => read(propertyInside(schema, property, key), itemOf(input, key), inner);
    if (Array.isArray(value)) return value.map((item: unknown, i) => inside(i, item));
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inside(key, item)]));
  };
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, read(resource.inputProperties[key], inputs[key], value)]),
  );
}

/** The property of an item of a list, of a value of a map, or of a field of an object. */
function propertyInside(schema: PackageSchema, property: PropertySchema, key: Key): PropertySchema | undefined {
  if (property.$ref !== undefined) return referencedType(schema, property.$ref).properties?.[key];
  return property.items ?? property.additionalProperties;
}

function itemOf(input: pulumi.Input<unknown>, key: Key): pulumi.Input<unknown> {
  const at = (container: unknown) => (container as Readonly<Record<Key, unknown>>)[key];
  if (!isOutput(input)) return at(input);
  const whole: pulumi.Output<unknown> = pulumi.output(input);
  return whole.apply(at);
}

function isOutput(input: unknown): boolean {
  return pulumi.Output.isInstance(input) || input instanceof Promise;
}
