import type { Metadata, Properties, PropertyType } from "./metadata.js";

/** The schema that YAML programs ask a provider for. It has the types that the stand-in serves. */
export function pulumiSchema(metadata: Metadata): object {
  return {
    name: "aws",
    version: metadata.version,
    meta: { moduleFormat: "(.*)(?:/[^/]*)" },
    config: { variables: properties(metadata.provider) },
    provider: { type: "object", inputProperties: properties(metadata.provider) },
    types: Object.fromEntries(
      Object.entries(metadata.types).map(([name, members]) => [typeToken(name), objectType(members)]),
    ),
    resources: Object.fromEntries(
      Object.entries(metadata.resources).map(([token, { inputs, outputs }]) => [
        token,
        {
          type: "object",
          inputProperties: properties(inputs),
          requiredInputs: required(inputs),
          properties: properties(withoutOwn(outputs)),
          required: required(withoutOwn(outputs)),
        },
      ]),
    ),
    functions: {},
  };
}

/** Every resource has `urn` and `id`. */
function withoutOwn({ urn: _urn, id: _id, ...outputs }: Properties): Properties {
  return outputs;
}

function objectType(members: Properties): object {
  return { type: "object", properties: properties(members), required: required(members) };
}

function properties(members: Properties): Record<string, object> {
  return Object.fromEntries(Object.entries(members).map(([name, { type }]) => [name, typeSpec(type)]));
}

function required(members: Properties): string[] {
  return Object.keys(members).filter((name) => members[name]?.required === true);
}

function typeSpec(type: PropertyType): object {
  switch (type.kind) {
    case "string":
    case "number":
    case "boolean":
      return { type: type.kind };
    case "any":
      return { $ref: "pulumi.json#/Any" };
    case "archive":
      return { $ref: "pulumi.json#/Archive" };
    case "asset":
      return { $ref: "pulumi.json#/Asset" };
    case "array":
      return { type: "array", items: typeSpec(type.of) };
    case "map":
      return { type: "object", additionalProperties: typeSpec(type.of) };
    case "object":
      return { $ref: `#/types/${typeToken(type.name)}` };
    case "either":
      return { oneOf: type.of.map(typeSpec) };
  }
}

/** `lambda.FunctionEnvironment` is `aws:lambda/FunctionEnvironment:FunctionEnvironment`. */
function typeToken(name: string): string {
  const [module = "index", type = name] = name.includes(".") ? name.split(".") : ["index", name];
  return `aws:${module}/${type}:${type}`;
}
