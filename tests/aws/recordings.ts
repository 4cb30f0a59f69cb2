import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/machine.js";
import type { Values } from "./plugin/values.js";

/** A resource of a stack's state. */
export interface StateResource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

export interface RecordedState {
  readonly name: string;
  /** The resources of AWS. */
  readonly resources: () => readonly StateResource[];
}

/** The states of stacks that use every input, as upgrade.test.ts has them. */
export function recordedStates(): RecordedState[] {
  const folder = path.join(checkout, "tests", "engine", "upgrade");
  const versions = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return versions
    .flatMap(({ name }) => ["archives", "images"].map((kind) => path.join(name, kind, "state.json")))
    .filter((name) => fs.existsSync(path.join(folder, name)))
    .map((name) => ({
      name,
      resources: () => {
        const found = awsResources(fs.readFileSync(path.join(folder, name), "utf8"));
        assert.ok(found.length > 10, "the recording has lost its resources");
        return found;
      },
    }));
}

/** The resources of AWS in an exported state or a file of the engine's backend. */
export function awsResources(state: string): readonly StateResource[] {
  const parsed = JSON.parse(state) as {
    readonly deployment?: { readonly resources?: readonly StateResource[] };
    readonly checkpoint?: { readonly latest?: { readonly resources?: readonly StateResource[] } };
  };
  const resources = parsed.deployment?.resources ?? parsed.checkpoint?.latest?.resources ?? [];
  return resources.filter(({ type }) => type.startsWith("aws:"));
}
