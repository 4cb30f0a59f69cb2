import type { AwsClient } from "../client/client.js";
import type { Failure } from "./checkInputs.js";
import type { Values } from "./values.js";

/** What a resource may use: the API under the provider's configuration (or the resource's own `region`). */
export interface ResourceContext {
  readonly aws: AwsClient;
  readonly region: string;
  readonly partition: string;
  readonly accountId: () => Promise<string>;
}

export interface Made {
  readonly id: string;
  readonly state: Values;
}

/**
 * One resource type. Inputs and state are plain values under the provider's property names; `state` has every output.
 * Tags come in as `tagsAll`, with the provider's default tags.
 */
export interface ResourceType {
  readonly token: string;
  /** How to name it when no name is given. Absent for types without a name. */
  readonly autoName?: AutoName;
  /** Defaults that the provider fills in while checking. */
  readonly defaults?: Values;
  /** What the real provider refuses beyond names and types, before any call. */
  readonly check?: (inputs: Values) => Failure[];
  readonly create: (context: ResourceContext, inputs: Values) => Promise<Made>;
  /**
   * The current state, or undefined when the resource is gone. `state` has what the API does not return, like `code`.
   */
  readonly read: (context: ResourceContext, id: string, state: Values) => Promise<Values | undefined>;
  /** Absent when every change replaces. */
  readonly update?: (context: ResourceContext, change: Change) => Promise<Values>;
  readonly delete: (context: ResourceContext, id: string, state: Values) => Promise<void>;
  /** Outputs that a change makes unknown in the preview of an update. */
  readonly recomputed?: (changed: ReadonlySet<string>, inputs: Values) => readonly string[];
  /** Resources of these types have no region (IAM). */
  readonly global?: boolean;
}

export interface AutoName {
  readonly property: string;
  readonly maximum: number;
  readonly lowerCase?: boolean;
}

export interface Change {
  readonly id: string;
  readonly state: Values;
  readonly inputs: Values;
  /** Names of the properties that differ. */
  readonly changed: ReadonlySet<string>;
}

export interface InvokeFunction {
  readonly token: string;
  readonly call: (context: ResourceContext, args: Values) => Promise<Values>;
}

/** Keeps the given properties that are set. */
export function pick(values: Values, ...names: string[]): Values {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}
