import { skipIf } from "../../support/skip.js";
import { startLocalAws, whyNoLocalAws, type LocalAws } from "../localAws.js";
import { PluginClient } from "./client.js";
import { startAwsBridge, whyNoAwsBridge, type AwsBridge } from "./start.js";

/**
 * The bridged provider for a group of tests, configured for a local AWS and called without an engine. Skips the group
 * if it cannot run.
 */
export function bridgedPlugin(): () => PluginClient {
  let aws: LocalAws | undefined;
  let bridge: AwsBridge | undefined;
  let plugin: Awaited<ReturnType<AwsBridge["plugin"]>> | undefined;
  let client: PluginClient | undefined;

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

  return () => client!;
}
