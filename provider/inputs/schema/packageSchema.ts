/** The part of a Pulumi package schema that input checks read. */
export interface PropertySchema {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly $ref?: string;
  readonly items?: PropertySchema;
  readonly additionalProperties?: PropertySchema;
  readonly plain?: boolean;
}

export interface TypeSchema {
  readonly enum?: readonly { readonly value: string }[];
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
}

export interface ResourceSchema {
  readonly inputProperties: Readonly<Record<string, PropertySchema>>;
  readonly requiredInputs: readonly string[];
}

export interface PackageSchema {
  readonly version: string;
  readonly types: Readonly<Record<string, TypeSchema>>;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
}

/** The object or enum type that `ref` (`#/types/...`) names. */
export function referencedType(schema: PackageSchema, ref: string): TypeSchema {
  const type = schema.types[ref.slice("#/types/".length)];
  if (type === undefined) throw new Error(`schema.json has no type ${ref}`);
  return type;
}

/** The resource that `token` names. */
export function resourceSchema(schema: PackageSchema, token: string): ResourceSchema {
  const resource = schema.resources[token];
  if (resource === undefined) throw new Error(`schema.json has no ${token}`);
  return resource;
}
