import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "@pulumi/aws/getRegion.js";
import type { Problem } from "../../lib/errors.js";
import { urnOf } from "./pulumiInternals.js";
import { nameInUrn } from "../../inputs/urns.js";

/** The major version of the aws provider whose types the children are written for. */
const wantedMajor = 7;

/**
 * What is wrong with the explicit aws provider of a component. Another major version has other properties: without
 * this check, that would show halfway through a deployment.
 */
export async function awsProviderProblems(opts: pulumi.ComponentResourceOptions): Promise<Problem[]> {
  const aws = explicitAwsProvider(opts);
  if (aws === undefined) return [];
  const urn = await urnOf(aws);
  const version = await recordedVersion(urn);
  const isOther = version === undefined ? await answersLikeOlder(aws) : majorOf(version) !== wantedMajor;
  if (!isOther) return [];
  const found = version === undefined ? `is older than version ${wantedMajor}` : `has version ${version}`;
  return [
    {
      property: "provider",
      message: `the aws provider ${JSON.stringify(nameInUrn(urn))} ${found}, but this component needs version ${wantedMajor}. To fix this, give the component a provider of version ${wantedMajor} (\`@pulumi/aws\` ${wantedMajor}.x in its program, or \`version: "${wantedMajor}.x.y"\` in its options)`,
    },
  ];
}

/** The aws provider that a component was given, if it was given one. */
export function explicitAwsProvider({
  providers,
}: pulumi.ComponentResourceOptions): pulumi.ProviderResource | undefined {
  // The engine passes a map by package, never a list.
  return ((providers ?? {}) as Readonly<Record<string, pulumi.ProviderResource>>)["aws"];
}

/**
 * The version that the program's SDK or `version` asked for. Undefined in YAML programs, where the engine chooses a
 * version, and when the engine does not know the provider in this run, as with `--target`.
 */
async function recordedVersion(urn: string): Promise<string | undefined> {
  try {
    const { state } = (await pulumi.runtime.invoke("pulumi:pulumi:getResource", { urn })) as RecordedResource;
    return typeof state?.version === "string" ? state.version : undefined;
  } catch (error) {
    void pulumi.log.debug(`uvlambda: the version of the aws provider is not known: ${String(error)}`);
    return undefined;
  }
}

interface RecordedResource {
  readonly state?: { readonly version?: unknown };
}

/** Until version 6, the region was called `name`. There is no answer while the provider's settings are unknown. */
async function answersLikeOlder(aws: pulumi.ProviderResource): Promise<boolean> {
  const { id, region } = (await getRegion({}, { provider: aws })) as Partial<Record<"id" | "region", string>>;
  return region === undefined && id !== undefined;
}

function majorOf(version: string): number {
  return Number(/^v?(\d+)\./.exec(version)?.[1]);
}
