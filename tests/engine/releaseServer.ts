import * as fs from "node:fs";
import type * as http from "node:http";
import * as path from "node:path";
import { makeArchives } from "../../tools/release/archives.js";
import { installAwsProvider } from "../aws/provider.js";
import { HttpsProxy } from "../support/httpsProxy.js";
import { checkout } from "../support/machine.js";
import type { Run } from "./run.js";

const { version, pluginDownloadURL } = JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as {
  version: string;
  pluginDownloadURL: string;
};

/** Variables for an engine without the plugin. GitHub then answers as it will once `make dist` is published. */
export async function serveRelease(run: Run): Promise<Record<string, string>> {
  const folder = path.join(run.folder, "readers", "release");
  const home = path.join(folder, "home");
  await makeArchives(checkout, version, folder);
  fs.mkdirSync(home);
  run.atEnd.push(await installAwsProvider("stand-in", home, run.pulumi, run.aws.env()));
  const { host, pathname } = new URL(pluginDownloadURL.replace("github:", "https:"));
  const answer = answersOf(folder, host, `/repos${pathname}/releases/tags/v${version}`);
  const proxy = await HttpsProxy.start({ folder: path.join(folder, "proxy"), host, answer });
  run.atEnd.push(async () => proxy.stop());
  return {
    PULUMI_HOME: home,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "false",
    HTTPS_PROXY: proxy.url,
    SSL_CERT_FILE: proxy.certificate,
    // The proxy leads to no package index. The packages are in the store from earlier tests, or in uv's cache.
    UV_OFFLINE: "1",
  };
}

function answersOf(folder: string, host: string, release: string): http.RequestListener {
  return (request, response) => {
    const names = fs.readdirSync(folder);
    const asset = names.find((name) => request.url === `/assets/${name}`);
    if (request.url === release) {
      const assets = names.map((name) => ({ name, url: `https://${host}/assets/${name}` }));
      response.end(JSON.stringify({ assets }));
    } else if (asset === undefined) response.writeHead(404).end();
    else response.end(fs.readFileSync(path.join(folder, asset)));
  };
}
