import { createRequire, Module } from "node:module";
import type * as pulumi from "@pulumi/pulumi";
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself, whose members are replaced below
import log = require("@pulumi/pulumi/log/index.js");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
import debuggable = require("@pulumi/pulumi/runtime/debuggable.js");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- for the same reason
import settings = require("@pulumi/pulumi/runtime/settings.js");
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import * as resources from "@pulumi/pulumi/resource.js";
import * as state from "@pulumi/pulumi/runtime/state.js";

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
  leaveOutPromiseWatch();
  leaveOutDebugMessages();
  leaveOutSourcePositions();
  askForFeaturesOnce();
  readWithoutProperties();
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

/**
 * Each property of each resource is four promises, and each of them is watched with three more and a stack trace, to
 * name what is still open when a program ends. A plugin is ended by the engine and names nothing.
 */
function leaveOutPromiseWatch(): void {
  const module = debuggable as unknown as DebuggableModule;
  if (!module.debugPromiseLeaks) module.debuggablePromise = (promise) => promise;
}

interface DebuggableModule {
  readonly debugPromiseLeaks: boolean;
  debuggablePromise: <T>(promise: Promise<T>, context?: unknown) => Promise<T>;
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
 * Where in this program a resource is created, with all calls that led there. Nobody can follow that, the state would
 * keep it, and it begins with a path of the machine.
 */
function leaveOutSourcePositions(): void {
  const { Resource } = resources as unknown as { Resource: { callsites: () => unknown[] } };
  Resource.callsites = () => [];
}

/** `pulumi import` reads a resource without a state. The server reads the state without looking whether it is there. */
function readWithoutProperties(): void {
  const { prototype } = (messages as unknown as ReadMessages).ReadRequest;
  const { getProperties } = prototype;
  prototype.getProperties = function () {
    return getProperties.call(this) ?? { toJavaScript: () => ({}) };
  };
}

interface ReadMessages {
  readonly ReadRequest: { readonly prototype: { getProperties: () => State | undefined } };
}

interface State {
  toJavaScript: () => object;
}

/**
 * Each construction asks the engine for its features, one call for each of eleven, before anything else. The engine
 * is the same one for all constructions of a process, so they share the answers to the first.
 */
function askForFeaturesOnce(): void {
  const module = settings as unknown as FeaturesModule;
  const { getStore } = state as unknown as StateModule;
  const { awaitFeatureSupport } = module;
  const answers = new Map<string | undefined, Promise<Features>>();
  module.awaitFeatureSupport = async () => {
    const store = getStore();
    const { monitorAddr } = store.settings.options;
    const asked = answers.get(monitorAddr) ?? awaitFeatureSupport().then(() => featuresIn(store));
    answers.set(monitorAddr, asked);
    try {
      Object.assign(store, await asked);
    } catch (error) {
      answers.delete(monitorAddr);
      throw error;
    }
  };
}

type Features = Readonly<Record<string, boolean>>;

interface FeaturesModule {
  awaitFeatureSupport: () => Promise<void>;
}

interface StateModule {
  readonly getStore: () => FeatureStore;
}

/** Names the preview or deployment that a construction belongs to: each has its own resource monitor. */
export function engineRun(): string {
  return (state as unknown as StateModule).getStore().settings.options.monitorAddr ?? "";
}

/** What @pulumi/pulumi keeps of one construction. */
interface FeatureStore {
  readonly settings: { readonly options: { readonly monitorAddr?: string } };
}

function featuresIn(store: FeatureStore): Features {
  const isFeature = ([name, value]: [string, unknown]) => name.startsWith("supports") && typeof value === "boolean";
  return Object.fromEntries(Object.entries(store).filter(isFeature));
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
 * The resource of a component's `deletedWith`. The server takes its URN for a reference to a provider, which ends in an
 * id: it cuts the name off and makes it the id. The engine refuses what is left.
 */
export async function deletedWithOf(served: pulumi.Resource): Promise<pulumi.Resource> {
  if (!(served instanceof resources.DependencyProviderResource)) return served;
  const id = String(await stateOf(served.id).promise(true));
  return new resources.DependencyResource(`${await urnOf(served)}::${id}`);
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
