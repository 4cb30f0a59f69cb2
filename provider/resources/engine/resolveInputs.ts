import * as pulumi from "@pulumi/pulumi";
import { stateOf, urnOf, type OutputState } from "./pulumiInternals.js";
import { nameInUrn } from "../../inputs/urns.js";
import { UNKNOWN, childPath, isPlainObject, type ResolvedInputs } from "../../inputs/resolved.js";

/** What is collected while the inputs are awaited. */
interface Found {
  readonly secrets: Set<string>;
  readonly sources: Map<string, readonly string[]>;
}

/** Awaits every output and promise in `inputs`, at any depth. Leaves null and undefined properties out. */
export async function resolveInputs(inputs: pulumi.Inputs): Promise<ResolvedInputs> {
  const found: Found = { secrets: new Set(), sources: new Map() };
  const values = (await resolve(inputs, "", found)) as Record<string, unknown>;
  return { values, ...found };
}

async function resolve(input: unknown, path: string, found: Found): Promise<unknown> {
  if (pulumi.isUnknown(input)) return UNKNOWN;
  if (pulumi.Output.isInstance(input)) return resolveOutput(stateOf(input), path, found);
  if (input instanceof Promise) return resolve(await input, path, found);
  if (Array.isArray(input)) return Promise.all(input.map((item, i) => resolve(item, childPath(path, i), found)));
  if (!isPlainObject(input)) return input;
  const entries = await Promise.all(
    Object.entries(input).map(
      async ([key, value]) => [key, await resolve(value, childPath(path, key), found)] as const,
    ),
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

async function resolveOutput(output: OutputState, path: string, found: Found): Promise<unknown> {
  if (await output.isSecret) found.secrets.add(path);
  found.sources.set(path, await sourceNames(output));
  const value = await output.promise(true);
  const known = await output.isKnown;
  if (!known && !pulumi.containsUnknowns(value)) return UNKNOWN;
  return resolve(value, path, found);
}

async function sourceNames(output: OutputState): Promise<string[]> {
  const urns = await Promise.all([...(await output.allResources())].map(urnOf));
  return [...new Set(urns.map(nameInUrn))].sort();
}
