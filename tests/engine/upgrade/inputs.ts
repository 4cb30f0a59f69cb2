import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../../support/machine.js";
import type { RecordedProgram } from "./recording.js";

interface Property {
  readonly $ref?: string;
  readonly items?: Property;
}

interface Schema {
  readonly types: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Property>> }>>;
  readonly resources: Readonly<Record<string, { readonly inputProperties: Readonly<Record<string, Property>> }>>;
}

function readSchema(): Schema {
  return JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as Schema;
}

/** Every input of schema.json, including those of nested objects: `Function.image.target`. Sorted. */
export function schemaInputs(schema = readSchema()): string[] {
  const nested = (at: string, { $ref, items = {} }: Property): string[] => {
    const type = schema.types[($ref ?? items.$ref ?? "").replace("#/types/", "")];
    return [at, ...inside(at, type?.properties ?? {})];
  };
  const inside = (at: string, properties: Readonly<Record<string, Property>>): string[] =>
    Object.entries(properties).flatMap(([name, property]) => nested(`${at}.${name}`, property));
  const resources = Object.entries(schema.resources);
  return resources.flatMap(([token, { inputProperties }]) => inside(nameOf(token), inputProperties)).sort();
}

/** The inputs that the programs set. */
export function givenInputs(programs: readonly RecordedProgram[]): string[] {
  const values = programs.flatMap((program) =>
    Object.values(program).map(({ type, properties = {} }) => ({ [nameOf(type)]: properties })),
  );
  return schemaInputs().filter((input) => values.some((value) => has(value, input.split("."))));
}

function has(value: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return value !== undefined;
  if (Array.isArray(value)) return value.some((item) => has(item, [first, ...rest]));
  if (typeof value !== "object" || value === null) return false;
  return has((value as Readonly<Record<string, unknown>>)[first], rest);
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}
