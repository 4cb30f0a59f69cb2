import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "@pulumi/aws/getRegion.js";
import type { Problem } from "../../lib/errors.js";
import { urnOf } from "./pulumiInternals.js";

/** The major version of the aws provider whose types the children are written for. */
const wanted = 7;

/**
 * What is wrong with the explicit aws provider of a component. Another major version has other properties: without
 * this check, that would show halfway through a deployment.
 */
export async function awsProviderProblems({ providers }: pulumi.ComponentResourceOptions): Promise<Problem[]> {
  // The engine passes a map by package, never a list.
  const { aws } = (providers ?? {}) as Readonly<Record<string, pulumi.ProviderResource>>;
  if (aws === undefined) return [];
  const urn = await urnOf(aws);
  const version = await recordedVersion(urn);
  const other = version === undefined ? await olderByItsAnswer(aws) : majorOf(version) !== wanted;
  if (!other) return [];
  const name = urn.split("::").slice(3).join("::");
  const found = version === undefined ? `is older than version ${wanted}` : `has version ${version}`;
  return [
    {
      property: "provider",
      message: `the aws provider ${JSON.stringify(name)} ${found}, but this component needs version ${wanted}. To fix this, give the component a provider of version ${wanted} (\`@pulumi/aws\` ${wanted}.x in its program, or \`version: "${wanted}.x.y"\` in its options)`,
    },
  ];
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
async function olderByItsAnswer(aws: pulumi.ProviderResource): Promise<boolean> {
  const { id, region } = (await getRegion({}, { provider: aws })) as Partial<Record<"id" | "region", string>>;
  return region === undefined && id !== undefined;
}

function majorOf(version: string): number {
  return Number(/^v?(\d+)\./.exec(version)?.[1]);
}
