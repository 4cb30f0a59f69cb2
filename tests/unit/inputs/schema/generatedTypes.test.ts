import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import {
  durableDefaults,
  bundlingDefaults,
  checksDefaults,
  functionDefaults,
  functionUrlDefaults,
  loggingDefaults,
} from "../../../../provider/inputs/schema/defaults.js";
import { generatedFiles, type Schema } from "../../../../tools/schema-types/generate.js";
import { schemaText } from "../../resources/support.js";

interface Documented {
  readonly description?: string;
}

const root = path.join(__dirname, "../../../..");
const schema = JSON.parse(schemaText) as Schema;
const component = schema.resources["uvlambda:index:Function"]!;

describe("schema.json", () => {
  for (const [file, generate] of Object.entries(generatedFiles)) {
    it(`gives the committed ${file}`, () => {
      assert.equal(readFileSync(path.join(root, file), "utf8"), generate(schemaText), "run `make generate`");
    });
  }

  it("has the version of package.json", () => {
    const packageText = readFileSync(path.join(root, "package.json"), "utf8");
    const packageVersion = (JSON.parse(packageText) as { version: string }).version;
    assert.equal(schema.version, packageVersion);
  });

  it("documents every type, field, member, input and output", () => {
    const types = Object.entries(schema.types);
    const documented: [string, Documented][] = [
      ...types,
      ...types.flatMap(([token, type]) =>
        Object.entries(type.properties ?? {}).map(([k, v]) => [`${token}.${k}`, v] as const),
      ),
      ...types.flatMap(([token, type]) =>
        (type.enum ?? []).map((member) => [`${token}.${member.name}`, member] as const),
      ),
      ...Object.entries(component.inputProperties),
      ...Object.entries(component.properties),
    ] as [string, Documented][];
    assert.deepEqual(
      documented.flatMap(([name, { description }]) => (description?.endsWith(".") ? [] : [name])),
      [],
    );
  });

  it("states every default of the code, and a default for every optional input", () => {
    for (const [key, value] of Object.entries(functionDefaults)) {
      const stated = typeof value === "string" ? `\`${value}\`` : String(value);
      const { description } = component.inputProperties[key] ?? {};
      assert.ok(description?.includes(`Default: ${stated}`), `${key} does not state ${stated}`);
    }
    for (const type of ["Checks", "LayerChecks"])
      for (const [key, { description }] of Object.entries(schema.types[`uvlambda:index:${type}`]?.properties ?? {})) {
        const level = checksDefaults[key as keyof typeof checksDefaults];
        assert.ok(description?.includes(`Default: \`${level}\``), `${type}.${key} does not state ${level}`);
      }
    const nested = {
      Bundling: bundlingDefaults,
      DurableConfig: durableDefaults,
      FunctionUrl: functionUrlDefaults,
      LoggingConfig: loggingDefaults,
    };
    for (const [type, defaults] of Object.entries(nested)) {
      for (const [key, value] of Object.entries(defaults)) {
        const stated = schema.types[`uvlambda:index:${type}`]?.properties?.[key]?.description ?? "";
        const expected = typeof value === "string" ? `\`${value}\`` : String(value);
        assert.ok(stated.includes(`Default: ${expected}`), `${type}.${key} does not state ${expected}`);
      }
    }
    const silent = Object.entries(component.inputProperties).filter(
      ([, { description }]) => !/Default( of AWS)?: /.test(description ?? ""),
    );
    assert.deepEqual(
      silent.map(([key]) => key),
      component.requiredInputs,
    );
  });

  it("refers to nothing outside of itself: the SDKs must not need another provider's", () => {
    const refs = [...schemaText.matchAll(/"\$ref":\s*"([^"]*)"/g)].map((match) => match[1]);
    assert.deepEqual(
      refs.filter((ref) => !ref?.startsWith("#/types/")),
      [],
    );
  });
});
