import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

interface Property {
  readonly $ref?: string;
  readonly description?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
}

interface Type {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}

interface Resource {
  readonly description?: string;
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs?: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}

interface Schema {
  readonly types: Readonly<Record<string, Type>>;
  readonly resources: Readonly<Record<string, Resource>>;
}

type Described = readonly [place: string, description: string | undefined];

const text = fs.readFileSync(path.join(__dirname, "..", "..", "schema.json"), "utf8");
const schema = JSON.parse(text) as Schema;

/** Inputs that are of our own making: there is no page elsewhere that says more. */
const withoutLink = new Set(["source", "include", "exclude", "copyFiles", "sourceBuilds", "bundling"]);

const exampleLanguages = ["typescript", "python", "go", "csharp", "java", "yaml"];

function within(place: string, properties: Readonly<Record<string, Property>> = {}): Described[] {
  return Object.entries(properties).map(([name, { description }]) => [`${place}.${name}`, description]);
}

/** Everything that a reader of the SDKs' documentation meets. */
function everything({ types, resources }: Schema): Described[] {
  return [
    ...Object.entries(types).flatMap(([token, type]): Described[] => [
      [token, type.description],
      ...within(token, type.properties),
      ...(type.enum ?? []).map(({ value, description }): Described => [`${token} ${value}`, description]),
    ]),
    ...Object.entries(resources).flatMap(([token, resource]): Described[] => [
      [token, withoutExamples(resource.description)],
      ...within(`${token} input `, resource.inputProperties),
      ...within(`${token} output `, resource.properties),
    ]),
  ];
}

/** Inputs that may be left out, of resources and of their types. */
function optionalInputs({ types, resources }: Schema): Described[] {
  const optional = (place: string, properties: Type["properties"], required: readonly string[] = []) =>
    within(place, properties).filter(([at]) => !required.includes(at.slice(place.length + 1)));
  return [
    ...Object.entries(types).flatMap(([token, type]) => optional(token, type.properties, type.required)),
    ...Object.entries(resources).flatMap(([token, { inputProperties, requiredInputs }]) =>
      optional(token, inputProperties, requiredInputs),
    ),
  ];
}

function withoutExamples(description: string | undefined): string | undefined {
  return description?.split("\n\n## Example Usage")[0];
}

/** The description of a property with those of what it consists of. */
function inDepth(property: Property, seen: readonly string[] = []): string {
  const token = property.$ref?.replace("#/types/", "");
  const type = token === undefined || seen.includes(token) ? undefined : schema.types[token];
  const parts = Object.values(type?.properties ?? {}).map((part) => inDepth(part, [...seen, token ?? ""]));
  const inner = [property.items, property.additionalProperties].map((part) => (part ? inDepth(part, seen) : ""));
  return [property.description, type?.description, ...parts, ...inner].join(" ");
}

function offenders(list: readonly Described[], isWrong: (description: string) => boolean): string[] {
  return list.filter(([, description]) => isWrong(description ?? "")).map(([place, found]) => `${place}: ${found}`);
}

describe("schema.json reads like documentation", () => {
  it("every type, property, enum value and output is described by sentences", () => {
    const list = everything(schema);
    assert.ok(list.length > 100, "the walk has lost its way");
    assert.deepEqual(
      offenders(list, (description) => !/^[A-Z0-9`][^]*\.$/.test(description)),
      [],
    );
  });

  it("every optional input names its default", () => {
    const list = optionalInputs(schema);
    assert.ok(list.length > 50, "the walk has lost its way");
    assert.deepEqual(
      offenders(list, (description) => !/\bDefault( of AWS)?: ./.test(description)),
      [],
    );
  });

  it("every input of a resource links to what says more", () => {
    const missing = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
      Object.entries(inputProperties)
        .filter(([name, property]) => !withoutLink.has(name) && !inDepth(property).includes("](https://"))
        .map(([name]) => `${token} ${name}`),
    );
    assert.deepEqual(missing, []);
  });

  it("nothing refers to another package's schema", () => {
    const foreign = [...text.matchAll(/"\$ref":\s*"([^"]*)"/g)].map(([, target = ""]) => target);
    assert.ok(foreign.length > 10);
    assert.deepEqual(
      foreign.filter((target) => !(target.startsWith("#/types/") && schema.types[target.slice("#/types/".length)])),
      [],
    );
  });

  it("every resource has an example in each language", () => {
    for (const [token, { description = "" }] of Object.entries(schema.resources)) {
      const examples = /\{\{% examples %\}\}([^]*)\{\{% \/examples %\}\}$/.exec(description)?.[1] ?? "";
      const fences = [...examples.matchAll(/^```(\w+)$/gm)].map(([, language]) => language);
      assert.deepEqual(fences.sort(), [...exampleLanguages].sort(), token);
    }
  });
});
