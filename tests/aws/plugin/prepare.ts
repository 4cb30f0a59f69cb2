import { createHash, randomBytes } from "node:crypto";
import { DOCUMENTS, isAutoNamed } from "./diff.js";
import type { AutoName, ResourceType } from "./resource.js";
import { isObject, type Values } from "./values.js";

export interface Naming {
  readonly resourceName: string;
  /** Fixed by the engine for one update, so that an update with a plan creates the previewed name. May be empty. */
  readonly randomSeed: Uint8Array;
  /** The stack's own rule for names (`pulumi:autonaming`), when it has one. */
  readonly proposed?: string;
}

/**
 * The inputs as the provider stores them: with a name, with the provider's defaults, and with documents as JSON text.
 */
export function prepareInputs(type: ResourceType, before: Values, given: Values, naming: Naming): Values {
  const inputs: Values = {};
  const defaults: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (name !== "__defaults") inputs[name] = isDocument(name, value) ? JSON.stringify(value) : value;
  }
  for (const [name, value] of Object.entries(type.defaults ?? {})) {
    if (inputs[name] !== undefined) continue;
    inputs[name] = value;
    defaults.push(name);
  }
  const auto = type.autoName;
  if (auto !== undefined && inputs[auto.property] === undefined && inputs[`${auto.property}Prefix`] === undefined) {
    const kept = isAutoNamed(before, auto.property) ? before[auto.property] : undefined;
    inputs[auto.property] = kept ?? makeName(auto, naming);
    defaults.push(auto.property);
  }
  inputs["__defaults"] = defaults.sort();
  return inputs;
}

/** The bridge's rule: the resource's name, a dash and seven hexadecimal digits, shortened to fit. */
function makeName(auto: AutoName, { resourceName, randomSeed, proposed }: Naming): string {
  if (proposed !== undefined && proposed !== "") return proposed;
  const random = randomSeed.length > 0 ? createHash("sha256").update(randomSeed).digest() : randomBytes(4);
  const suffix = `-${random.toString("hex").slice(0, 7)}`;
  const stem = auto.lowerCase === true ? resourceName.toLowerCase() : resourceName;
  return stem.slice(0, auto.maximum - suffix.length) + suffix;
}

function isDocument(name: string, value: unknown): boolean {
  return DOCUMENTS.has(name) && isObject(value);
}
