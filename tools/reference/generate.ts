import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly description?: string;
  readonly plain?: boolean;
}

interface EnumValue {
  readonly value: string;
  readonly description?: string;
}

interface ObjectType {
  readonly description?: string;
  readonly enum?: readonly EnumValue[];
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

interface Resource {
  readonly description?: string;
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs?: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

interface Schema {
  readonly types: Readonly<Record<string, ObjectType>>;
  readonly resources: Readonly<Record<string, Resource>>;
}

/** The schema's links contain the address of the repository, which its own pages do not need. */
const REPOSITORY = "https://github.com/uvlambda/pulumi-uvlambda";
const NOTICE = "<!-- Generated from schema.json by `make generate`. Edit schema.json instead. -->";

/** The pages of docs/reference/, by file name. */
export function referencePages(schemaText: string): Record<string, string> {
  const schema = JSON.parse(schemaText) as Schema;
  const resources = Object.entries(schema.resources).map(([token, resource]): [string, string] => {
    const name = shortName(token);
    return [`${name.toLowerCase()}.md`, resourcePage(schema, name, resource)];
  });
  return Object.fromEntries([...resources, ["types.md", typesPage(schema)]]);
}

function resourcePage(schema: Schema, name: string, resource: Resource): string {
  const inputs = propertyTable(schema, "input", {
    properties: resource.inputProperties,
    required: resource.requiredInputs,
    showPlain: true,
  });
  const outputs = Object.entries(resource.properties).map(
    ([key, property]) => `| \`${key}\` | ${typeName(schema, property)} | ${documentation(property)} |`,
  );
  return page(`uvlambda.${name}`, [
    ...introduction(resource),
    "A plain input decides what is built or which resources exist: it takes a value, not an output of another resource.",
    "Types with a link are described in [types](types.md).",
    "",
    "## Inputs",
    "",
    ...inputs,
    "",
    "## Outputs",
    "",
    "| output | type | meaning |",
    "|---|---|---|",
    ...outputs,
  ]);
}

function typesPage(schema: Schema): string {
  const sections = Object.entries(schema.types).flatMap(([token, type]) => [
    `## ${shortName(token)}`,
    "",
    text(type.description ?? ""),
    "",
    ...(type.enum === undefined
      ? propertyTable(schema, "property", { properties: type.properties ?? {}, required: type.required })
      : [
          "| value | meaning |",
          "|---|---|",
          ...type.enum.map(({ value, description }) => `| \`${value}\` | ${text(description ?? "")} |`),
        ]),
    "",
  ]);
  return page("Types of inputs", sections.slice(0, -1));
}

function page(title: string, lines: readonly string[]): string {
  return [`# ${title}`, "", NOTICE, "", ...lines, ""].join("\n");
}

/** The first paragraph of the resource's description. */
function introduction({ description = "" }: Resource): string[] {
  return [text(description.split("\n\n")[0] ?? ""), ""];
}

interface Table {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[] | undefined;
  readonly showPlain?: boolean;
}

function propertyTable(
  schema: Schema,
  what: string,
  { properties, required = [], showPlain = false }: Table,
): string[] {
  const rows = Object.entries(properties).map(([key, property]) => {
    const plain = showPlain && property.plain === true ? ", plain" : "";
    const fallback = required.includes(key) ? "required" : defaultOf(property);
    return `| \`${key}\` | ${typeName(schema, property)}${plain} | ${fallback} | ${documentation(property)} |`;
  });
  return [`| ${what} | type | default | meaning |`, "|---|---|---|---|", ...rows];
}

function typeName(schema: Schema, property: Property): string {
  if (property.$ref !== undefined) {
    const token = property.$ref.replace("#/types/", "");
    const values = schema.types[token]?.enum;
    const link = `types.md#${shortName(token).toLowerCase()}`;
    return values === undefined
      ? `[${shortName(token)}](${link})`
      : values.map(({ value }) => `[\`${value}\`](${link})`).join(", ");
  }
  if (property.items !== undefined) return `${typeName(schema, property.items)}[]`;
  if (property.additionalProperties !== undefined) return `map of ${typeName(schema, property.additionalProperties)}`;
  return property.type ?? "any";
}

/** The sentence that names the default. */
const DEFAULT = /\s*\bDefault(?: of AWS)?: (.*?)(?:\.(?=\s|$)|$)/s;

function defaultOf(property: Property): string {
  return text(DEFAULT.exec(property.description ?? "")?.[1] ?? "");
}

/** The description without the default, which has its own column. */
function documentation(property: Property): string {
  return text((property.description ?? "").replace(DEFAULT, "").trim());
}

function text(description: string): string {
  return description
    .replace(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .replaceAll(`${REPOSITORY}/blob/main/docs/`, "../")
    .replaceAll(`${REPOSITORY}/blob/main/`, "../../");
}

function shortName(token: string): string {
  return token.split(":")[2] ?? token;
}

if (require.main === module) {
  const root = path.resolve(__dirname, "../..");
  const folder = path.join(root, "docs", "reference");
  let stale = false;
  for (const [name, after] of Object.entries(referencePages(readFileSync(path.join(root, "schema.json"), "utf8")))) {
    const file = path.join(folder, name);
    if (existsSync(file) && readFileSync(file, "utf8") === after) continue;
    stale = true;
    if (!process.argv.includes("--check")) writeFileSync(file, after);
    else console.error(`docs/reference/${name} differs from schema.json; run \`make generate\``);
  }
  if (stale && process.argv.includes("--check")) process.exit(1);
}
