import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PluginClient } from "./bridge/client.js";
import { startAwsBridge, whyNoAwsBridge, type AwsBridge } from "./bridge/start.js";
import { skipIf } from "./fixtures.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "./localAws.js";
import { cachedMetadata } from "./plugin/install.js";
import type { Metadata, PropertyType } from "./plugin/metadata.js";
import { FORCE_NEW, FUNCTION_CODE, FUNCTION_CONFIGURATION, replaces, type Row } from "./plugin/replacement.js";
import type { Values } from "./plugin/values.js";

const FUNCTION = "aws:lambda/function:Function";

/** What terraform-provider-aws 5.100 does not have; aws 7 has it. A newer provider on the machine is asked for it. */
const newer: ReadonlySet<string> = new Set([
  `${FUNCTION} tenancyConfig`,
  `${FUNCTION} durableConfig`,
  `${FUNCTION} capacityProviderConfig`,
  `${FUNCTION} publishTo`,
  `${FUNCTION} sourceKmsKeyArn`,
  "aws:lambda/permission:Permission invokedViaFunctionUrl",
]);

/** What cannot be asked alone: the provider ties it to other properties, or the bridge has it as a list. */
const refused: ReadonlySet<string> = new Set([
  "aws:lambda/eventSourceMapping:EventSourceMapping queues",
  "aws:cloudwatch/metricAlarm:MetricAlarm metricName",
  "aws:cloudwatch/metricAlarm:MetricAlarm metricQueries",
  "aws:sqs/queue:Queue contentBasedDeduplication",
]);

/** Rows that the provider judges by more than the property alone. */
const base: Readonly<Record<string, Values>> = {
  [FUNCTION]: {
    name: "thing",
    role: "arn:aws:iam::123456789012:role/r",
    handler: "app.handler",
    runtime: "python3.12",
    publish: true,
    version: "1",
  },
};

describe("the stand-in's table of replacements", function () {
  this.timeout(120_000);
  let metadata: Metadata;
  let aws: LocalAws;
  let bridge: AwsBridge;
  let plugin: Awaited<ReturnType<AwsBridge["plugin"]>>;
  let client: PluginClient;

  before(async function () {
    skipIf(this, whyNoAwsBridge() ?? whyNoLocalAws());
    metadata = JSON.parse(readFileSync(cachedMetadata(), "utf8")) as Metadata;
    aws = await startLocalAws();
    bridge = await startAwsBridge(aws.env());
    plugin = await bridge.plugin();
    client = new PluginClient(plugin.port);
    await client.configure({ region: aws.region, skipCredentialsValidation: "true", skipMetadataApiCheck: "true" });
  });

  after(async () => {
    client?.close();
    plugin?.end();
    await bridge?.stop();
    await aws?.stop();
  });

  /** What the real provider plans when the property goes from one value to another. */
  async function planned({
    token,
    property,
  }: Row): Promise<{ replaced: boolean; versions: boolean; changed: boolean }> {
    const type = metadata.resources[token]!.inputs[property]!.type;
    const others = base[token] ?? {};
    const before = { ...others, [property]: sample(metadata, type, 1) };
    const wanted = { ...others, [property]: sample(metadata, type, 2) };
    const { changed, replaced } = await client.diff(token, "thing,other", before, before, wanted);
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
    if (metadataLacks(row)) continue;
    it(`a function's other ${row.property} is an update that publishes`, async () => {
      const { changed, replaced, versions } = await planned(row);
      assert.deepEqual({ changed, replaced, versions }, { changed: true, replaced: false, versions: true });
    });
  }

  it("leaves out nothing that the provider replaces for", async () => {
    const different: string[] = [];
    for (const token of new Set(FORCE_NEW.map((row) => row.token))) {
      for (const property of Object.keys(metadata.resources[token]!.inputs)) {
        const row = { token, property, source: "" };
        const name = `${token} ${property}`;
        if (property === "region" || newer.has(name) || refused.has(name)) continue;
        const real = await planned(row).catch((error: unknown) => String(error));
        if (typeof real === "string") different.push(`${name}: ${real}`);
        else if (real.replaced !== replaces(token, property, false))
          different.push(`${token} ${property}: ${real.replaced}`);
      }
    }
    assert.deepEqual(different, []);
  });
});

/** Outputs of the type, which the program does not set. */
function metadataLacks({ property }: Row): boolean {
  return property === "codeSha256";
}

/** One of two different values of a type. */
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
