import Module, { createRequire } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself, whose members are replaced below
import log = require("@pulumi/pulumi/log/index.js");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
import debuggable = require("@pulumi/pulumi/runtime/debuggable.js");
import * as settings from "@pulumi/pulumi/runtime/settings.js";

/*
 * Every use of something that @pulumi/pulumi does not promise: parts that its types, its documentation, or both leave
 * out. A test checks each assumption by name against the pinned version and against the newest one. What to do when one
 * breaks: docs/release.md, "Upgrade @pulumi/pulumi".
 */

/**
 * What a plugin never uses, with what takes its place: the TypeScript compiler and npm's resolver, which serialise
 * functions; the Automation API; and source maps. Mapping stack traces costs more than all other work of a
 * construction, because @pulumi/pulumi takes several for each resource, and this program has no source maps.
 */
const unusedModules: Readonly<Record<string, object>> = {
  "./typescript-shim.js": {},
  "@npmcli/arborist": {},
  "normalize-package-data": {},
  "./automation/index.js": {},
  "source-map-support": { install: () => undefined },
};

/**
 * Keeps @pulumi/pulumi from loading and doing what a plugin does not need. Call this before the whole of it is loaded,
 * and before it serves. A version without these modules has nothing to leave out.
 */
export function lightenPulumi(): void {
  leaveOutModules();
  leaveOutPromiseStacks();
  leaveOutDebugMessages();
}

function leaveOutModules(): void {
  const from = installedPulumi();
  // The release is a bundle without these modules.
  if (from === undefined) return;
  for (const [module, exports] of Object.entries(unusedModules)) {
    const file = resolved(from, module);
    if (file !== undefined) from.cache[file] ??= standInModule(file, exports);
  }
}

/** Every promise takes a stack trace, which is only shown with PULUMI_DEBUG_PROMISE_LEAKS. */
function leaveOutPromiseStacks(): void {
  const module = debuggable as unknown as DebuggableModule;
  if (module.debugPromiseLeaks) return;
  const { debuggablePromise } = module;
  module.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

interface DebuggableModule {
  readonly debugPromiseLeaks: boolean;
  debuggablePromise: (...args: unknown[]) => Promise<unknown>;
}

/** How our own messages for `pulumi up --debug` begin. */
const ownDebugPrefix = "uvlambda: ";

/** @pulumi/pulumi sends the engine three messages about each resource, each in its own call, even if none is shown. */
function leaveOutDebugMessages(): void {
  const module = log as unknown as { debug: (message: string, ...rest: unknown[]) => Promise<void> };
  const { debug } = module;
  module.debug = (message, ...rest) =>
    message.startsWith(ownDebugPrefix) ? debug(message, ...rest) : Promise.resolve();
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

function standInModule(file: string, exports: object): NodeJS.Module {
  return Object.assign(new Module(file), { filename: file, loaded: true, exports });
}
