import type { Target } from "../../runtimes/index.js";
import type { LockedFile, LockedPackage } from "./pylock.js";
import { applyingPackages, type ApplyingPackage } from "../wheels/wheelChoice.js";

/**
 * Everything about the locked third-party packages that can reach an install for this target, as canonical text for
 * a key, one package a line. It leaves out what only other platforms see, upload times, indexes and credentials: a
 * hash identifies a file, wherever it comes from. It also leaves out local packages, which are built separately:
 * equal dependencies must give equal keys.
 */
export function keyText(packages: readonly LockedPackage[], target: Target): string {
  return applyingPackages(packages, target)
    .map((applying) => JSON.stringify(keyFields(applying)))
    .sort()
    .join("\n");
}

function keyFields({ package: locked, wheels }: ApplyingPackage): unknown[] {
  const { name, version = "", kind, sdist, git, subdirectory = "" } = locked;
  const sources = [
    ...wheels.map(fileKey),
    // A source archive matters only if no wheel precedes it.
    ...(wheels.length === 0 && sdist !== undefined ? [fileKey(sdist)] : []),
    ...(git === undefined ? [] : [git.commit]),
  ];
  return [name, version, kind, subdirectory, ...sources.sort()];
}

function fileKey(file: LockedFile): string {
  return `${file.filename} ${file.hash ?? file.location}`;
}
