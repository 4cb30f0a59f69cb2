import { compareBytes } from "../../lib/byteOrder.js";
import { normaliseName } from "../../project/pyproject.js";
import type { Share } from "./shares.js";

/** How one package, or the own files, changed from one artifact to another. */
export interface Change {
  /** Undefined for own files. */
  readonly name: string | undefined;
  readonly before: Share | undefined;
  readonly after: Share | undefined;
  /** Bytes unpacked. */
  readonly grew: number;
}

/** Packages whose version or bytes differ, the largest changes first. */
export function differences(before: readonly Share[], after: readonly Share[]): Change[] {
  const [old, now] = [byName(before), byName(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((key) => changeOf(old.get(key), now.get(key)))
    .filter((change) => isChanged(change))
    .sort((a, b) => Math.abs(b.grew) - Math.abs(a.grew) || compareBytes(a.name ?? "", b.name ?? ""));
}

function byName(shares: readonly Share[]): Map<string, Share> {
  return new Map(shares.map((share) => [share.name === undefined ? "" : normaliseName(share.name), share]));
}

function changeOf(before: Share | undefined, after: Share | undefined): Change {
  return { name: (after ?? before)?.name, before, after, grew: (after?.unzipped ?? 0) - (before?.unzipped ?? 0) };
}

function isChanged({ before, after, grew }: Change): boolean {
  return grew !== 0 || before?.version !== after?.version || before?.files.length !== after?.files.length;
}
