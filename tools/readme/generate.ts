import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly description?: string;
}

interface Schema {
  readonly types: Readonly<Record<string, { readonly enum?: readonly { readonly value: string }[] }>>;
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly inputProperties: Readonly<Record<string, Property>>;
        readonly requiredInputs?: readonly string[];
        readonly properties: Readonly<Record<string, Property>>;
      }
    >
  >;
}

/** README with its tables of inputs and outputs made anew from the schema; everything else is left alone. */
export function withTables(readme: string, schemaText: string): string {
  const schema = JSON.parse(schemaText) as Schema;
  return Object.entries(schema.resources).reduce((text, [token, resource]) => {
    const name = token.split(":")[2] ?? token;
    const required = new Set(resource.requiredInputs);
    const inputs = Object.entries(resource.inputProperties).map(
      ([key, property]) =>
        `| \`${key}\` | ${typeName(schema, property)} | ${required.has(key) ? "required" : defaultOf(property)} | ${meaning(property)} |`,
    );
    const outputs = Object.entries(resource.properties).map(
      ([key, property]) => `| \`${key}\` | ${typeName(schema, property)} | ${meaning(property)} |`,
    );
    return section(
      section(text, `${name} inputs`, ["| input | type | default | meaning |", "|---|---|---|---|", ...inputs]),
      `${name} outputs`,
      ["| output | type | meaning |", "|---|---|---|", ...outputs],
    );
  }, readme);
}

function section(text: string, name: string, lines: readonly string[]): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = `<!-- end: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no section "${begin}" ... "${end}"`);
  return `${text.slice(0, from)}${begin}\n\n${lines.join("\n")}\n\n${text.slice(to)}`;
}

function typeName(schema: Schema, property: Property): string {
  if (property.$ref !== undefined) {
    const token = property.$ref.replace("#/types/", "");
    const values = schema.types[token]?.enum;
    return values === undefined ? (token.split(":")[2] ?? token) : values.map((v) => `\`${v.value}\``).join(", ");
  }
  if (property.items !== undefined) return `${typeName(schema, property.items)}[]`;
  if (property.additionalProperties !== undefined) return `map of ${typeName(schema, property.additionalProperties)}`;
  return property.type ?? "any";
}

function defaultOf(property: Property): string {
  const found = /\bDefault(?: of AWS)?: (.*?)(?:\.(?:\s|$)|$)/s.exec(property.description ?? "");
  return found?.[1] === undefined ? "" : oneLine(found[1]);
}

function meaning(property: Property): string {
  const first = /^(.*?\.)(?:\s|$)/s.exec(property.description ?? "");
  return oneLine(first?.[1] ?? property.description ?? "");
}

function oneLine(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}

if (require.main === module) {
  const root = path.resolve(__dirname, "../..");
  const readme = path.join(root, "README.md");
  const before = readFileSync(readme, "utf8");
  const after = withTables(before, readFileSync(path.join(root, "schema.json"), "utf8"));
  if (process.argv.includes("--check")) {
    if (before === after) process.exit(0);
    console.error("README.md: the tables of inputs and outputs differ from schema.json; run `make generate`");
    process.exit(1);
  }
  if (before !== after) writeFileSync(readme, after);
}
