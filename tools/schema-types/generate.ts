import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

export interface Property {
  readonly type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly plain?: boolean;
  readonly description?: string;
}

export interface TypeSpec {
  readonly description?: string;
  readonly enum?: readonly { readonly name: string; readonly value: string; readonly description?: string }[];
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

export interface ResourceSpec {
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs?: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

export interface Schema {
  readonly version: string;
  readonly types: Readonly<Record<string, TypeSpec>>;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
}

const header = "// Generated from schema.json by tools/schema-types/generate.ts; do not edit.\n";

/**
 * TypeScript source of the types that are entirely plain data, without Pulumi. The command line and the rules of inputs
 * share them. The same schema (JSON text) gives the same text.
 */
function plainTypes(schemaText: string): string {
  const schema = JSON.parse(schemaText) as Schema;
  const types = Object.entries(schema.types).filter(([, spec]) => isPlainType(schema, spec));
  const resources = Object.entries(schema.resources).map(([token, { inputProperties, requiredInputs = [] }]) => {
    const properties = plainProperties(schema, inputProperties);
    return object(`${nameOf(token)}Plain`, properties, requiredInputs, "What is known before anything is deployed.");
  });
  return [header, ...types.map(([token, spec]) => declaration(nameOf(token), spec)), ...resources].join("\n");
}

/** TypeScript source of the components' inputs and outputs, and of the types that hold outputs of other resources. */
function componentTypes(schemaText: string): string {
  const schema = JSON.parse(schemaText) as Schema;
  const types = Object.entries(schema.types).filter(([, spec]) => !isPlainType(schema, spec));
  const body = [
    ...types.map(([token, spec]) => declaration(nameOf(token), spec)),
    ...Object.entries(schema.resources).map(([token, spec]) => resource(schema, nameOf(token), spec)),
  ].join("\n");
  const plain = [
    ...Object.entries(schema.types).filter(([, spec]) => isPlainType(schema, spec)),
    ...Object.entries(schema.resources),
  ].map(([token]) => nameOf(token));
  const names = plain
    .flatMap((name) => [name, `${name}Plain`])
    .filter((name) => new RegExp(`\\b${name}\\b`).test(body.replaceAll(/\/\*\*.*\*\//g, "")));
  const imports = [
    'import type { Input } from "@pulumi/pulumi";',
    `import type {\n${names.map((name) => `  ${name},\n`).join("")}} from "../../inputs/schema/plainTypes.js";\n`,
  ].join("\n");
  return [header, imports, body].join("\n");
}

function resource(schema: Schema, name: string, spec: ResourceSpec): string {
  const plain = plainProperties(schema, spec.inputProperties);
  const others = Object.fromEntries(Object.entries(spec.inputProperties).filter(([key]) => !(key in plain)));
  return [
    object(`${name}Inputs extends ${name}Plain`, others, spec.requiredInputs ?? []),
    object(`${name}Outputs`, spec.properties, spec.required ?? []),
  ].join("\n");
}

function plainProperties(schema: Schema, properties: Readonly<Record<string, Property>>): Record<string, Property> {
  return Object.fromEntries(Object.entries(properties).filter(([, property]) => isDeeplyPlain(schema, property)));
}

function isPlainType(schema: Schema, { properties = {} }: TypeSpec): boolean {
  return Object.values(properties).every((property) => isDeeplyPlain(schema, property));
}

function declaration(name: string, spec: TypeSpec): string {
  if (spec.enum === undefined) return object(name, spec.properties ?? {}, spec.required ?? [], spec.description);
  const members = spec.enum.map((member) => JSON.stringify(member.value)).join(" | ");
  return `${comment(spec.description, "")}export type ${name} = ${members};\n`;
}

function object(
  name: string,
  properties: Readonly<Record<string, Property>>,
  required: readonly string[],
  description?: string,
): string {
  const lines = Object.entries(properties).map(([key, property]) => {
    const mark = required.includes(key) ? "" : "?";
    return `${comment(property.description, "  ")}  readonly ${key}${mark}: ${typeOf(property)};\n`;
  });
  return `${comment(description, "")}export interface ${name} {\n${lines.join("")}}\n`;
}

function typeOf(property: Property): string {
  const bare = bareType(property);
  return property.plain === true ? bare : `Input<${bare}>`;
}

function bareType(property: Property): string {
  if (property.$ref !== undefined) return nameOf(property.$ref);
  switch (property.type) {
    case "integer":
    case "number":
      return "number";
    case "array":
      return `${constant(property)}${wrapped(typeOf(need(property.items)))}[]`;
    case "object":
      return `Record<string, ${typeOf(need(property.additionalProperties))}>`;
    default:
      return need(property.type);
  }
}

/** Not for inputs that are passed to @pulumi/aws, whose types do not accept readonly lists. */
function constant(property: Property): string {
  return property.plain === true && property.items?.plain === true ? "readonly " : "";
}

function wrapped(type: string): string {
  return type.includes(" ") ? `(${type})` : type;
}

function isDeeplyPlain(schema: Schema, property: Property): boolean {
  if (property.plain !== true) return false;
  const fields = property.$ref === undefined ? undefined : typeSpec(schema, property.$ref).properties;
  const inner = [property.items, property.additionalProperties, ...Object.values(fields ?? {})];
  return inner.every((p) => p === undefined || isDeeplyPlain(schema, p));
}

function typeSpec(schema: Schema, ref: string): TypeSpec {
  return need(schema.types[ref.replace("#/types/", "")]);
}

function nameOf(tokenOrRef: string): string {
  return need(tokenOrRef.split(":").at(-1));
}

/** The first sentence. The schema has the rest. */
function comment(description: string | undefined, indent: string): string {
  if (description === undefined) return "";
  const sentence = /^.*?[.](?=\s|$)/s.exec(description)?.[0] ?? description;
  return `${indent}/** ${sentence} */\n`;
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("schema.json uses a construct that tools/schema-types does not know");
  return value;
}

export const generatedFiles: Readonly<Record<string, (schemaText: string) => string>> = {
  "provider/inputs/schema/plainTypes.ts": plainTypes,
  "provider/resources/engine/componentTypes.ts": componentTypes,
};
const root = path.join(__dirname, "../..");
export const schemaFile = path.join(root, "schema.json");

if (require.main === module) {
  const schemaText = readFileSync(schemaFile, "utf8");
  for (const [file, generate] of Object.entries(generatedFiles)) {
    const at = path.join(root, file);
    const text = generate(schemaText);
    if (existsSync(at) && readFileSync(at, "utf8") === text) continue;
    if (!process.argv.includes("--check")) {
      writeFileSync(at, text);
      continue;
    }
    console.error(`${file} differs from schema.json; run \`make generate\``);
    process.exitCode = 1;
  }
}
