import * as fs from "node:fs/promises";
import type { Target } from "../../runtimes/index.js";
import { pathOnDisk } from "../lock/localArchives.js";
import type { LockedFile, LockedPackage } from "../lock/pylock.js";
import { applyingPackages } from "./wheelChoice.js";

export interface ArchiveSizes {
  /** Sum of the archives whose size is known. Of several wheels that fit, the smallest counts. */
  readonly bytes: number;
  /** The number of those packages. */
  readonly packages: number;
}

/** The least that an install on the target downloads, from the lock and files on this machine (relative to `root`). */
export async function archiveSizes(
  packages: readonly LockedPackage[],
  root: string,
  target: Target,
): Promise<ArchiveSizes> {
  const sizes = await Promise.all(
    applyingPackages(packages, target).map(async ({ package: { sdist }, wheels }) => {
      const candidates = wheels.length === 0 && sdist !== undefined ? [sdist] : wheels;
      const known = await Promise.all(candidates.map((file) => sizeOf(file, root)));
      return known.filter((size) => size !== undefined).sort((a, b) => a - b)[0];
    }),
  );
  const known = sizes.filter((size) => size !== undefined);
  return { bytes: known.reduce((sum, size) => sum + size, 0), packages: known.length };
}

async function sizeOf({ size, location }: LockedFile, root: string): Promise<number | undefined> {
  if (size !== undefined) return size;
  const file = pathOnDisk(location, root);
  return file === undefined
    ? undefined
    : fs.stat(file).then(
        (status) => status.size,
        () => undefined,
      );
}
