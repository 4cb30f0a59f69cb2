import * as path from "node:path";
import { fileURLToPath } from "node:url";
import type { LockedFile, LockedPackage } from "./pylock.js";

/**
 * Absolute path of what a lock names by a path (relative to `root`) or a file URL. Undefined for other locations, and
 * for file URLs that name no path here, such as `file://host/x`.
 */
export function pathOnDisk(location: string, root: string): string | undefined {
  if (location.startsWith("file://")) return pathOfUrl(location);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(location) ? undefined : path.resolve(root, location);
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/**
 * The packages with the current hashes of their archives on this machine. uv.lock has no hashes for a local index,
 * and such a file can change under the same name. `hashFile` returns undefined for a missing file.
 */
export function withHashesOnDisk(
  packages: readonly LockedPackage[],
  root: string,
  hashFile: (file: string) => Promise<string | undefined>,
): Promise<LockedPackage[]> {
  const current = async (locked: LockedFile): Promise<LockedFile> => {
    const file = pathOnDisk(locked.location, root);
    const hash = file === undefined ? undefined : await hashFile(file);
    return hash === undefined ? locked : { ...locked, hash: `sha256:${hash}` };
  };
  return Promise.all(
    packages.map(async (locked) => ({
      ...locked,
      wheels: await Promise.all(locked.wheels.map(current)),
      ...(locked.sdist && { sdist: await current(locked.sdist) }),
    })),
  );
}
