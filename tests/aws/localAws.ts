import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpointNames } from "./endpoints.js";
import { botocoreData, MiniStack } from "./ministack.js";
import { Runner } from "./runner/runner.js";
import { RunnerServer } from "./runner/server.js";
import { ServiceModels } from "./validator/model.js";
import { type Recorded, StrictProxy } from "./validator/proxy.js";

export interface LocalAwsOptions {
  /** eu-central-1 unless given. */
  readonly region?: string;
  /** Twelve digits; 123456789012 unless given. */
  readonly account?: string;
}

export interface LocalAws {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Every API call so far, refused ones too. */
  readonly calls: readonly Recorded[];
  /** Settings of a stack (`pulumi config set --path`) for the aws provider, real or stand-in. */
  stackConfig(): Record<string, string>;
  /** Environment variables for AWS's SDKs and command line. */
  env(): Record<string, string>;
  stop(): Promise<void>;
}

/** Why no local AWS can be started on this machine; undefined when it can. */
export function whyNoLocalAws(): string | undefined {
  for (const name of ["UVLAMBDA_TEST_MINISTACK", "UVLAMBDA_TEST_RIC"]) {
    if (process.env[name] === undefined) return `${name} is not set (tools/setup makes it)`;
  }
  return undefined;
}

/**
 * Starts an AWS on 127.0.0.1: a strict validator in front, MiniStack's control plane behind it, and the runner that
 * executes what was deployed. Several can run side by side.
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const reason = whyNoLocalAws();
  if (reason !== undefined) throw new Error(reason);
  const program = process.env["UVLAMBDA_TEST_MINISTACK"] ?? "";
  const region = options.region ?? "eu-central-1";
  const accountId = options.account ?? "123456789012";
  const work = mkdtempSync(join(tmpdir(), "uvlambda-aws-"));
  const stops: (() => void | Promise<void>)[] = [() => rmSync(work, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const runnerServer = await RunnerServer.start();
    stops.push(() => runnerServer.stop());
    const ministack = await MiniStack.start({ program, work, region, accountId, runnerUrl: runnerServer.url });
    stops.push(() => ministack.stop());
    const proxy = await StrictProxy.start(new ServiceModels(botocoreData(program)), ministack.endpoint);
    stops.push(() => proxy.stop());
    const runner = new Runner({
      work: join(work, "runner"),
      clients: process.env["UVLAMBDA_TEST_RIC"] ?? "",
      awsEndpoint: proxy.endpoint,
      accountId,
      registry: ministack.endpoint.replace("http://", ""),
    });
    stops.push(() => runner.stop());
    runnerServer.use(runner);
    const { endpoint, calls } = proxy;
    return {
      endpoint,
      region,
      accountId,
      calls,
      stackConfig: () => stackConfig(endpoint, region, accountId),
      env: () => environment(endpoint, region, accountId),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function stackConfig(endpoint: string, region: string, accountId: string): Record<string, string> {
  const settings: Record<string, string> = {
    "aws:region": region,
    "aws:accessKey": accountId,
    "aws:secretKey": "local",
    "aws:skipCredentialsValidation": "true",
    "aws:skipMetadataApiCheck": "true",
    "aws:s3UsePathStyle": "true",
  };
  for (const service of endpointNames) settings[`aws:endpoints[0].${service}`] = endpoint;
  return settings;
}

function environment(endpoint: string, region: string, accountId: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: accountId,
    AWS_SECRET_ACCESS_KEY: "local",
  };
}
