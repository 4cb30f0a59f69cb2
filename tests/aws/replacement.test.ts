import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { bridgedPlugin } from "./bridge/bench.js";
import { cachedMetadata } from "./plugin/install.js";
import type { Metadata, PropertyType } from "./plugin/metadata.js";
import { resources as standIn } from "./plugin/registry.js";
import {
  FORCE_NEW,
  FUNCTION_CODE,
  FUNCTION_CONFIGURATION,
  REGION,
  replaces,
  TOGGLED,
  type Row,
} from "./plugin/replacement.js";
import type { Values } from "./plugin/values.js";

const FUNCTION = "aws:lambda/function:Function";

/**
 * Properties that aws 7 has but terraform-provider-aws 5.100 lacks. A newer provider on the machine is asked for them.
 */
const newer: ReadonlySet<string> = new Set([
  `${FUNCTION} tenancyConfig`,
  `${FUNCTION} durableConfig`,
  `${FUNCTION} capacityProviderConfig`,
  `${FUNCTION} publishTo`,
  `${FUNCTION} sourceKmsKeyArn`,
  `${FUNCTION} codeSha256`,
  "aws:lambda/permission:Permission invokedViaFunctionUrl",
]);

/** Properties that cannot be tried alone: the provider ties them to others. */
const refused: ReadonlySet<string> = new Set([
  "aws:cloudwatch/metricAlarm:MetricAlarm metricName",
  "aws:cloudwatch/metricAlarm:MetricAlarm metricQueries",
  "aws:sqs/queue:Queue contentBasedDeduplication",
]);

/** The other properties of a function when one is tried. */
const functionInputs: Values = {
  name: "thing",
  role: "arn:aws:iam::123456789012:role/r",
  handler: "app.handler",
  runtime: "python3.12",
  publish: true,
};

/** What the provider adds. A property that is missing in the state would be a second change, and publish by itself. */
const functionState: Values = {
  architectures: ["x86_64"],
  ephemeralStorage: { size: 512 },
  loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/thing" },
  memorySize: 128,
  packageType: "Zip",
  reservedConcurrentExecutions: -1,
  skipDestroy: false,
  timeout: 3,
  tracingConfig: { mode: "PassThrough" },
  version: "1",
};

describe("the stand-in's table of replacements", function () {
  this.timeout(120_000);
  let metadata: Metadata;
  const provider = bridgedPlugin();

  before(() => {
    metadata = JSON.parse(readFileSync(cachedMetadata(), "utf8")) as Metadata;
  });

  /** What the real provider plans when the property goes from one value to another. */
  async function planned({
    token,
    property,
  }: Row): Promise<{ replaced: boolean; versions: boolean; changed: boolean }> {
    const type = metadata.resources[token]!.inputs[property]!.type;
    const [inputs, state] = token === FUNCTION ? [functionInputs, functionState] : [{}, {}];
    const before = { ...inputs, [property]: sample(metadata, type, 1) };
    const wanted = { ...inputs, [property]: sample(metadata, type, 2) };
    const deployed = { token, id: "thing,other", state: { ...state, ...before }, before };
    const { changed, replaced } = await provider().diff(deployed, wanted);
    return {
      changed: changed.includes(property),
      replaced: replaced.includes(property),
      versions: changed.includes("version"),
    };
  }

  const asked = (rows: readonly Row[]): readonly Row[] =>
    rows.filter(({ token, property }) => !newer.has(`${token} ${property}`));

  for (const row of asked(FORCE_NEW)) {
    it(`${row.token}: another ${row.property} replaces`, async () => {
      assert.deepEqual(await planned(row).then(({ replaced }) => replaced), true);
    });
  }

  for (const row of asked([...FUNCTION_CONFIGURATION, ...FUNCTION_CODE])) {
    it(`a function's other ${row.property} is an update that publishes`, async () => {
      const { changed, replaced, versions } = await planned(row);
      assert.deepEqual({ changed, replaced, versions }, { changed: true, replaced: false, versions: true });
    });
  }

  /** Every property of a type that can be tried alone. */
  const askable = (token: string): Row[] =>
    asked(Object.keys(metadata.resources[token]!.inputs).map((property) => ({ token, property, source: "" }))).filter(
      ({ property }) => property !== REGION && !refused.has(`${token} ${property}`),
    );

  it("has every property for which the provider replaces", async () => {
    const different: string[] = [];
    for (const { token } of standIn) {
      for (const row of askable(token)) {
        const { replaced } = await planned(row);
        if (replaced !== replaces(token, row.property, false)) different.push(`${token} ${row.property}: ${replaced}`);
      }
    }
    assert.deepEqual(different, []);
  });

  it("has every property that publishes", async () => {
    const rows = new Set([...FUNCTION_CONFIGURATION, ...FUNCTION_CODE].map(({ property }) => property));
    rows.add("publish");
    const different: string[] = [];
    for (const row of askable(FUNCTION)) {
      const { replaced, versions } = await planned(row);
      if (!replaced && versions !== rows.has(row.property)) different.push(`${row.property}: ${versions}`);
    }
    assert.deepEqual(different, []);
  });

  it("names the source of each row", () => {
    const all = [...FORCE_NEW, ...TOGGLED, ...FUNCTION_CONFIGURATION, ...FUNCTION_CODE];
    assert.deepEqual(
      all.filter(({ source }) => !/^internal\/service\/.+\.go: |^terraform-provider-aws 5\.100, plan$/.test(source)),
      [],
    );
  });
});

/** Two different values of a type. */
function sample(metadata: Metadata, type: PropertyType, variant: 1 | 2): unknown {
  switch (type.kind) {
    case "number":
      return variant;
    case "boolean":
      return variant === 2;
    case "archive":
    case "asset":
      return {
        "4dabf18193072939515e22adb298388d":
          type.kind === "asset" ? "c44067f5952c0a294b673a41bacd8c17" : "0def7320c3a5731c473e5ecbe6d01bc7",
        hash: String(variant).repeat(64),
        path: `${variant}.zip`,
      };
    case "array":
      return [sample(metadata, type.of, variant)];
    case "map":
      return { key: sample(metadata, type.of, variant) };
    case "object":
      return Object.fromEntries(
        Object.entries(metadata.types[type.name] ?? {}).map(([name, { type: inner }]) => [
          name,
          sample(metadata, inner, variant),
        ]),
      );
    case "either":
      return sample(metadata, type.of[0]!, variant);
    default:
      return `value-${variant},other`;
  }
}
