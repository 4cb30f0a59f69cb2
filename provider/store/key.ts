import { sha256Hex } from "../lib/hash.js";
import { FORMAT_NUMBER } from "../tree/digest.js";

/**
 * A key made from everything that can reach the bytes of an entry. The parts are framed as JSON, so that two
 * different lists of parts never give the same text.
 */
export function keyOf(kind: string, parts: Readonly<Record<string, unknown>>): string {
  const ordered = Object.keys(parts)
    .sort()
    .map((name) => [name, parts[name] ?? null]);
  return sha256Hex(JSON.stringify([kind, FORMAT_NUMBER, ordered]));
}

/** A list of names in a form that does not depend on their order. */
export function asSet(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
