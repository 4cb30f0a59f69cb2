import Module, { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";

/*
 * Every reach into what @pulumi/pulumi does not promise: parts that are left out of its types, its documentation, or both.
 * A test checks each assumption by name against the pinned version and against the newest one. What to do when one breaks:
 * docs/release.md, "Upgrade @pulumi/pulumi".
 */

/** What `leaveOutFunctionSerializer` replaces: only functions that are serialised need it, and a plugin serialises none. */
const serializerModules = ["./typescript-shim.js", "@npmcli/arborist"] as const;

/**
 * Keeps @pulumi/pulumi from loading what it needs only to serialise functions (the TypeScript compiler and npm's
 * dependency resolver): two thirds of the time until the first function is constructed. To be called before the whole of
 * @pulumi/pulumi is loaded. A version that lacks one of them has nothing to leave out.
 */
export function leaveOutFunctionSerializer(): void {
  const from = installedPulumi();
  // The release is a bundle, which was made without them.
  if (from === undefined) return;
  for (const module of serializerModules) {
    const file = resolved(from, module);
    if (file !== undefined) from.cache[file] ??= emptyModule(file);
  }
}

/** What an output knows of itself; `apply` would skip unknown ones silently. Public members that are marked as internal. */
export interface OutputState {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns: boolean): Promise<unknown>;
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

export function stateOf(output: pulumi.Output<unknown>): OutputState {
  return output as unknown as OutputState;
}

/** The URN of a resource, without a wait for anything else about it. */
export async function urnOf(resource: pulumi.Resource): Promise<string> {
  return String(await stateOf(resource.urn).promise(true));
}

/** The server waits for the registration of all children before it answers; exported, but left out of the types. */
export async function registrationsEnd(): Promise<void> {
  const { waitForRPCs } = settings as unknown as { waitForRPCs: () => Promise<void> };
  await waitForRPCs();
}

/** Rejects when the engine that constructs does not satisfy the range of versions. */
export function requirePulumiVersion(range: string): Promise<void> {
  return settings.requirePulumiVersion(range);
}

/** Whether this is a preview. Without loading the whole of @pulumi/pulumi, unlike `pulumi.runtime.isDryRun`. */
export function isDryRun(): boolean {
  return settings.isDryRun();
}

function installedPulumi(): NodeJS.Require | undefined {
  try {
    return createRequire(require.resolve("@pulumi/pulumi/package.json"));
  } catch {
    return undefined;
  }
}

function resolved(from: NodeJS.Require, module: string): string | undefined {
  try {
    return from.resolve(module);
  } catch {
    return undefined;
  }
}

function emptyModule(file: string): NodeJS.Module {
  return Object.assign(new Module(file), { filename: file, loaded: true });
}
