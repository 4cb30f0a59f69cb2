import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/machine.js";
import { PluginClient } from "./bridge/client.js";
import { startAwsBridge, whyNoAwsBridge, type AwsBridge } from "./bridge/start.js";
import { skipIf } from "./fixtures.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "./localAws.js";
import type { Values } from "./plugin/values.js";

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

/** States of stacks that use every input, recorded with the stand-in: what it wrote must be no change to the real provider. */
describe("recorded states in the eyes of the real provider", function () {
  this.timeout(120_000);
  let aws: LocalAws;
  let bridge: AwsBridge;
  let plugin: Awaited<ReturnType<AwsBridge["plugin"]>>;
  let client: PluginClient;

  before(async function () {
    skipIf(this, whyNoAwsBridge() ?? whyNoLocalAws());
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

  const recordings = path.join(checkout, "tests", "engine", "upgrade");
  const files = fs
    .readdirSync(recordings, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => ["archives", "images"].map((kind) => path.join(recordings, name, kind, "state.json")))
    .filter((file) => fs.existsSync(file));

  for (const file of files) {
    it(`${path.relative(recordings, file)} has no change`, async () => {
      const state = JSON.parse(fs.readFileSync(file, "utf8")) as { deployment: { resources: readonly Resource[] } };
      const resources = state.deployment.resources.filter(({ type }) => type.startsWith("aws:"));
      assert.ok(resources.length > 10, "the recording has lost its resources");
      const changes: string[] = [];
      for (const { type, urn, id = "", inputs = {}, outputs = {} } of resources) {
        const { changed } = await client.diff(type, id, outputs, inputs, inputs);
        if (changed.length > 0) changes.push(`${type} ${urn.split("::").at(-1)}: ${changed.join(", ")}`);
      }
      assert.deepEqual(changes, []);
    });
  }
});
