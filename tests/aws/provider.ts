import { spawnSync } from "node:child_process";
import { startAwsBridge, whyNoAwsBridge } from "./bridge/start.js";
import { installAwsStandIn, installedAwsVersion } from "./plugin/install.js";

/** What may serve as the aws provider of a test. */
const kinds = ["bridge", "stand-in", "plugin"] as const;

export type AwsProviderKind = (typeof kinds)[number];

/**
 * The aws provider of all engine tests, as UVLAMBDA_TEST_AWS sets it: `bridge` (the real Terraform provider behind
 * Pulumi's bridge), `plugin` (the engine fetches the real plugin) or `stand-in`. Undefined without that variable: each
 * test then decides.
 */
export function wantedAwsProvider(): AwsProviderKind | undefined {
  const wanted = process.env["UVLAMBDA_TEST_AWS"];
  if (!wanted) return undefined;
  const kind = kinds.find((one) => one === wanted);
  if (kind === undefined) throw new Error(`UVLAMBDA_TEST_AWS is "${wanted}"; it may be ${kinds.join(", ")}`);
  return kind;
}

/** The provider for a test that asks for a real one: the stand-in if this machine has none. */
export function realAwsProvider(): AwsProviderKind {
  return wantedAwsProvider() ?? (whyNoAwsBridge() === undefined ? "bridge" : "stand-in");
}

/** Makes it the provider of one PULUMI_HOME. The result ends what was started for it. */
export async function installAwsProvider(
  kind: AwsProviderKind,
  pulumiHome: string,
  pulumi: string,
  env: Readonly<Record<string, string>>,
): Promise<() => Promise<void>> {
  if (kind === "stand-in") installAwsStandIn(pulumiHome, pulumi);
  if (kind === "plugin") fetchPlugin(pulumiHome, pulumi);
  if (kind !== "bridge") return () => Promise.resolve();
  const bridge = await startAwsBridge(env);
  bridge.install(pulumiHome, pulumi);
  return () => bridge.stop();
}

function fetchPlugin(pulumiHome: string, pulumi: string): void {
  const argv = ["plugin", "install", "resource", "aws", installedAwsVersion()];
  const env = { ...process.env, PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { status, stderr } = spawnSync(pulumi, argv, { encoding: "utf8", env });
  if (status !== 0) throw new Error(`the aws plugin cannot be fetched from here: ${stderr}`);
}
