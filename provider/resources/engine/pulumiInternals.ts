import Module, { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings.js";

/*
 * Every use of something that @pulumi/pulumi does not promise: parts that its types, its documentation, or both leave
 * out. A test checks each assumption by name against the pinned version and against the newest one. What to do when one
 * breaks: docs/release.md, "Upgrade @pulumi/pulumi".
 */

/** What `leaveOutFunctionSerializer` replaces. It is needed only to serialise functions, which a plugin never does. */
const serializerModules = ["./typescript-shim.js", "@npmcli/arborist"] as const;

/**
 * Keeps @pulumi/pulumi from loading what it needs only to serialise functions: the TypeScript compiler and npm's
 * dependency resolver. They take two thirds of the time until the first function is constructed. Call this before the
 * whole of @pulumi/pulumi is loaded. A version without these modules has nothing to leave out.
 */
export function leaveOutFunctionSerializer(): void {
  const from = installedPulumi();
  // The release is a bundle without these modules.
  if (from === undefined) return;
  for (const module of serializerModules) {
    const file = resolved(from, module);
    if (file !== undefined) from.cache[file] ??= emptyModule(file);
  }
}

/**
 * What an output knows about itself; `apply` would skip unknown outputs silently. These members are public, but marked
 * as internal.
 */
export interface OutputState {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(withUnknowns: boolean): Promise<unknown>;
  allResources(): Promise<ReadonlySet<pulumi.Resource>>;
}

export function stateOf(output: pulumi.Output<unknown>): OutputState {
  return output as unknown as OutputState;
}

/** The URN of a resource, without waiting for anything else about it. */
export async function urnOf(resource: pulumi.Resource): Promise<string> {
  return String(await stateOf(resource.urn).promise(true));
}

/**
 * Resolves when all children are registered, as the server waits before it answers. Exported, but missing in the types.
 */
export async function registrationsEnd(): Promise<void> {
  const { waitForRPCs } = settings as unknown as { waitForRPCs: () => Promise<void> };
  await waitForRPCs();
}

/** Rejects when the engine does not satisfy the range of versions. */
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
