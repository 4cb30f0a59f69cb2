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

const checkout = path.join(__dirname, "..", "..");
const text = fs.readFileSync(path.join(checkout, "schema.json"), "utf8");
const schema = JSON.parse(text) as Schema;

const exampleLanguages = ["typescript", "python", "go", "csharp", "java", "yaml"];

function within(place: string, properties: Readonly<Record<string, Property>> = {}): Described[] {
  return Object.entries(properties).map(([name, { description }]) => [`${place}.${name}`, description]);
}

/** Everything that readers of the SDKs' documentation see. */
function everything({ types, resources }: Schema): Described[] {
  return [
    ...Object.entries(types).flatMap(([token, type]): Described[] => [
      [token, type.description],
      ...within(token, type.properties),
      ...(type.enum ?? []).map(({ value, description }): Described => [`${token} ${value}`, description]),
    ]),
    ...Object.entries(resources).flatMap(([token, resource]): Described[] => [
      [`${token} resource`, withoutExamples(resource.description)],
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

/** Anchors of headings, as GitHub makes them. */
function anchorOf(line: string): string {
  return line
    .replace(/^#+ /, "")
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
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

  it("every type, input and output links to what says more", () => {
    const members = new Set(
      Object.entries(schema.types).flatMap(([token, type]) =>
        (type.enum ?? []).map(({ value }) => `${token} ${value}`),
      ),
    );
    const list = everything(schema).filter(([place]) => !members.has(place) && !place.endsWith(" resource"));
    assert.deepEqual(
      offenders(list, (description) => !description.includes("](https://")),
      [],
    );
  });

  it("links into the repository lead to pages and headings that exist", () => {
    const links = [
      ...text.matchAll(/\]\(https:\/\/github\.com\/uvlambda\/pulumi-uvlambda(?:\/blob\/main\/([^)#]+))?#?([^)]*)\)/g),
    ];
    assert.ok(links.length > 5);
    for (const [link, page = "README.md", heading = ""] of links) {
      const lines = fs.readFileSync(path.join(checkout, page), "utf8").split("\n");
      const anchors = lines.filter((line) => line.startsWith("#")).map(anchorOf);
      assert.ok(heading === "" || anchors.includes(heading), link);
    }
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
