/** The types of properties that a value can be checked against. */
export type PropertyType =
  | { readonly kind: "string" | "number" | "boolean" | "archive" | "asset" | "any" }
  | { readonly kind: "array" | "map"; readonly of: PropertyType }
  | { readonly kind: "object"; readonly name: string }
  | { readonly kind: "either"; readonly of: readonly PropertyType[] };

export interface Property {
  readonly type: PropertyType;
  readonly required: boolean;
}

export type Properties = Readonly<Record<string, Property>>;

/** What the installed @pulumi/aws says about the types that the stand-in serves. Written once by `readMetadata.ts`. */
export interface Metadata {
  readonly version: string;
  readonly provider: Properties;
  /** By token. `outputs` are the properties of a created resource; `required` there means never undefined. */
  readonly resources: Readonly<Record<string, { readonly inputs: Properties; readonly outputs: Properties }>>;
  /** By token: the arguments. */
  readonly functions: Readonly<Record<string, Properties>>;
  /** Nested input types by name, such as `lambda.FunctionEnvironment`. */
  readonly types: Readonly<Record<string, Properties>>;
}
