import type * as pulumi from "@pulumi/pulumi";
import * as provider from "@pulumi/pulumi/provider/index.js";
import { buildProvider, howToImport } from "./resources/build/buildProvider.js";
import type { Construct } from "./resources/engine/construct.js";
import type { Unbuildable } from "./resources/code/image/unbuildable.js";
import { FailureGate } from "./resources/engine/failureGate.js";
import {
  engineRun,
  isDryRun,
  lightenPulumi,
  registrationsEnd,
  requirePulumiVersion,
} from "./resources/engine/pulumiInternals.js";
import { buildToken, functionToken, layerToken } from "./inputs/schema/tokens.js";
import { createOnce, type Once } from "./lib/concurrency/once.js";
import type { OpenedServices } from "./resources/engine/services.js";
import { nameInUrn, tokenInUrn } from "./inputs/urns.js";

/** The components by type token. Loaded when first used: the engine also starts the plugin just to read its schema. */
const components: Readonly<Record<string, () => Promise<Construct>>> = {
  [functionToken]: async () => (await import("./resources/function/constructFunction.js")).constructFunction,
  [layerToken]: async () => (await import("./resources/layer/constructLayer.js")).constructLayer,
};

/** The custom resources by type token. */
const customResources: Readonly<Record<string, typeof buildProvider>> = { [buildToken]: buildProvider };

/** Since this version, the engine tells a plugin when a command ends, so that the plugin can end what it started. */
const oldestPulumi = "3.231.0";

/** gRPC's status of an error to which the engine gave no other one. */
const unknown = 2;

/** Throws when the engine is older than `oldestPulumi`. An engine that cannot answer is older. */
async function requirePulumi(): Promise<void> {
  try {
    await requirePulumiVersion(`>=${oldestPulumi}`);
  } catch (error) {
    const { code, details, message } = error as Error & { code?: number; details?: string };
    // A connection that broke says nothing about the version.
    if (code !== undefined && code !== unknown) throw error;
    const words = details ?? message;
    throw new Error(
      `uvlambda needs Pulumi ${oldestPulumi} or newer. ${words}\nTo fix this, upgrade the Pulumi CLI (https://www.pulumi.com/docs/install/).`,
    );
  }
}

/** The server answers only when all children are registered, so a construction ends no earlier. */
async function registered(result: provider.ConstructResult): Promise<provider.ConstructResult> {
  await registrationsEnd();
  return result;
}

/** Serves the engine at the address in `args` until the process ends. Prints the port, and nothing before it. */
export function servePlugin(plugin: UvLambdaProvider, args: string[]): Promise<void> {
  lightenPulumi();
  return provider.main(plugin, args);
}

interface ProviderParts {
  readonly version: string;
  /** The text of schema.json. */
  readonly schema: string;
  /** Called when a run first constructs a component. The signal ends what the services do. */
  readonly services: (signal: AbortSignal) => Promise<OpenedServices>;
  readonly unbuildable: Unbuildable;
}

/** What belongs to one preview or deployment: no other one may see its failures, names or remembered files. */
interface Run {
  readonly failureGate: FailureGate;
  readonly once: Once;
}

/** The plugin, as the engine sees it: routes each call to the resource it is about. */
export class UvLambdaProvider implements provider.Provider {
  /** By engineRun. The engine starts a process for each run, unless PULUMI_DEBUG_PROVIDERS names one. */
  private readonly runs = new Map<string, Run>();
  private cancelled = new AbortController();

  readonly version: string;
  readonly schema: string;

  constructor(private readonly parts: ProviderParts) {
    this.version = parts.version;
    this.schema = parts.schema;
  }

  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    opts: pulumi.ComponentResourceOptions,
  ): Promise<provider.ConstructResult> {
    const load = components[type];
    if (load === undefined) throw new Error(`uvlambda has no component ${type}`);
    const { failureGate, once } = this.currentRun();
    await once("engine", requirePulumi);
    const construct = await load();
    const isPreview = isDryRun();
    const beforeCreation = () => (isPreview ? undefined : failureGate.refuseAfterFailure());
    const opened = await once("services", () => this.parts.services(this.cancelled.signal));
    const services = { ...opened, beforeCreation };
    return failureGate.run(construct(services, name, inputs, opts).then(registered), isPreview);
  }

  /** The engine also cancels at a normal end. That is no reason to refuse the next run. */
  private currentRun(): Run {
    const key = engineRun();
    let run = this.runs.get(key);
    if (run === undefined) {
      if (this.runs.size > 0 && this.cancelled.signal.aborted) this.cancelled = new AbortController();
      run = { failureGate: new FailureGate(), once: createOnce() };
      this.runs.set(key, run);
    }
    return run;
  }

  async check(
    urn: pulumi.URN,
    olds: Record<string, unknown> | undefined,
    news: Record<string, unknown>,
  ): Promise<provider.CheckResult> {
    return customResource(urn).check(nameInUrn(urn), olds ?? {}, news, this.parts.unbuildable);
  }

  async diff(
    _id: string,
    urn: pulumi.URN,
    olds: Record<string, unknown>,
    news: Record<string, unknown>,
  ): Promise<provider.DiffResult> {
    return customResource(urn).diff(olds, news);
  }

  async create(urn: pulumi.URN, inputs: Record<string, unknown>): Promise<provider.CreateResult> {
    return customResource(urn).create(nameInUrn(urn), inputs);
  }

  async read(id: string, urn: pulumi.URN, state: Record<string, unknown> = {}): Promise<provider.ReadResult> {
    if (tokenInUrn(urn) in components) throw new Error(`a component cannot be imported with an id. ${howToImport}`);
    return customResource(urn).read(id, state);
  }

  async update(
    _id: string,
    urn: pulumi.URN,
    _olds: unknown,
    news: Record<string, unknown>,
  ): Promise<provider.UpdateResult> {
    return customResource(urn).update(news);
  }

  /** Nothing to delete: the files of a build belong to the store. */
  async delete(): Promise<void> {}

  /** Ctrl-C, and every normal end. */
  async cancel(): Promise<void> {
    this.cancelled.abort();
  }
}

function customResource(urn: pulumi.URN) {
  const token = tokenInUrn(urn);
  const found = customResources[token];
  if (found === undefined) throw new Error(`uvlambda has no resource ${token}`);
  return found;
}
