import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { LocalAws } from "../aws/localAws.js";
import { runCommand } from "../support/commands.js";
import type { HttpsProxy } from "../support/httpsProxy.js";
import { BuildKit } from "./buildKit.js";
import { startEcrProxy } from "./ecrProxy.js";
import { imageTool, whyNoImages } from "./parts.js";
import { Registry } from "./registry.js";
import { publicHosts, pushStandIns } from "./standIns.js";

export interface ImageBenchOptions {
  /** Folder of everything. The caller removes it after `stop`. */
  readonly folder: string;
  /** Pushes to its ECR use ECR's own host name. */
  readonly aws: LocalAws;
  /** The uv that Dockerfiles find in `ghcr.io/astral-sh/uv`. */
  readonly uv: string;
}

/**
 * All that images need, on 127.0.0.1: BuildKit, a registry for public images, ECR by its own name, a builder to name in
 * programs.
 */
export interface ImageBench {
  /** For `builder`. */
  readonly builder: string;
  readonly buildKit: BuildKit;
  /** Public images. Push further ones with `crane`, under their names without the host. */
  readonly registry: Registry;
  readonly proxy: HttpsProxy;
  /** `public.ecr.aws/lambda/python:3.11@sha256:…` */
  readonly pinnedBase: string;
  /** Variables for programs that use the builder. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables for programs that use ECR. */
  readonly throughProxy: Readonly<Record<string, string>>;
  /** Makes a builder of this name, with any address. */
  addBuilder(name: string, endpoint: string): void;
  /** Installs Pulumi's docker-build plugin into a PULUMI_HOME. */
  installPlugin(pulumiHome: string, pulumi: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it. Needs what {@link whyNoImages} checks. */
export async function startImageBench({ folder, aws, uv }: ImageBenchOptions): Promise<ImageBench> {
  const reason = whyNoImages();
  if (reason !== undefined) throw new Error(reason);
  const stops: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const registry = await Registry.start(path.join(folder, "registry"));
    stops.push(() => registry.stop());
    const host = `${aws.accountId}.dkr.ecr.${aws.region}.amazonaws.com`;
    const proxy = await startEcrProxy({ folder: path.join(folder, "proxy"), host, aws: aws.endpoint });
    stops.push(() => proxy.stop());
    const kitOptions = { mirror: registry.address, hosts: publicHosts, ecr: proxy, proxy: proxy.url };
    const buildKit = new BuildKit({ folder: path.join(folder, "buildkit"), ...kitOptions });
    stops.push(() => buildKit.stop());
    const [standIns] = await Promise.all([
      pushStandIns(registry.address, path.join(folder, "stand-ins"), uv),
      buildKit.start(),
    ]);
    const dockerConfig = path.join(folder, "docker");
    const addBuilder = (name: string, endpoint: string): void => writeBuilder(dockerConfig, name, endpoint);
    addBuilder("tests", buildKit.endpoint);
    return {
      builder: "tests",
      buildKit,
      registry,
      proxy,
      pinnedBase: `public.ecr.aws/lambda/python:3.11@${standIns.lambdaDigest}`,
      env: { DOCKER_CONFIG: dockerConfig },
      throughProxy: throughProxy(proxy),
      addBuilder,
      installPlugin: (pulumiHome, pulumi) => installPlugin(folder, proxy, pulumiHome, pulumi),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What `docker buildx create --driver remote` writes. */
function writeBuilder(dockerConfig: string, name: string, endpoint: string): void {
  const instances = path.join(dockerConfig, "buildx", "instances");
  fs.mkdirSync(instances, { recursive: true });
  const nodes = [{ Name: `${name}0`, Endpoint: endpoint }];
  const builder = { Name: name, Driver: "remote", Nodes: nodes, Dynamic: false };
  fs.writeFileSync(path.join(instances, name), JSON.stringify(builder));
}

function throughProxy({ url, certificate }: HttpsProxy): Record<string, string> {
  return { HTTPS_PROXY: url, NO_PROXY: "127.0.0.1,localhost", SSL_CERT_FILE: certificate };
}

async function installPlugin(folder: string, proxy: HttpsProxy, pulumiHome: string, pulumi: string): Promise<void> {
  const launcher = path.join(folder, "pulumi-resource-docker-build");
  // Only the plugin and BuildKit use the proxy. The engine and uv use the network directly.
  const variables = Object.entries(throughProxy(proxy)).map(([name, value]) => `${name}='${value}'`);
  const command = `exec '${imageTool("pulumi-resource-docker-build")}' "$@"`;
  fs.writeFileSync(launcher, `#!/bin/sh\nexport ${variables.join(" ")}\n${command}\n`, { mode: 0o755 });
  await install("docker-build 0.0.22", launcher, pulumiHome, pulumi);
}

/** Installs the stand-in for Pulumi's command provider into a PULUMI_HOME. Its launcher is in `folder`. */
export async function installCommandStandIn(folder: string, pulumiHome: string, pulumi: string): Promise<void> {
  const launcher = path.join(folder, "pulumi-resource-command");
  const program = [process.execPath, `--import=${pathToFileURL(require.resolve("tsx")).href}`];
  const words = [...program, path.join(__dirname, "commandPlugin.ts")].map((word) => `'${word}'`);
  fs.writeFileSync(launcher, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  await install("command 1.2.1", launcher, pulumiHome, pulumi);
}

/** `plugin` is the name and the version that uvlambda asks for. */
async function install(plugin: string, launcher: string, pulumiHome: string, pulumi: string): Promise<void> {
  const argv = [pulumi, "plugin", "install", "resource", ...plugin.split(" "), "--file", launcher];
  const env = { PATH: process.env["PATH"] ?? "", PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const result = await runCommand(argv, { cwd: path.dirname(launcher), env });
  if (result.code !== 0) throw new Error(`the plugin ${plugin} was not installed: ${result.stderr}`);
}
