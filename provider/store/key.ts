import { sha256Hex } from "../lib/hash.js";
import { FORMAT_NUMBER } from "../tree/digest.js";

/**
 * A key from everything that can reach the bytes it stands for. The parts are framed as JSON, so that no two
 * different lists of parts read the same.
 */
export function keyOf(kind: string, parts: Readonly<Record<string, unknown>>): string {
  const ordered = Object.keys(parts)
    .sort()
    .map((name) => [name, parts[name] ?? null]);
  return sha256Hex(JSON.stringify([kind, FORMAT_NUMBER, ordered]));
}

/** Order-free form of a list of names. */
export function asSet(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
