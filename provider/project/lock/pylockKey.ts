import type { Target } from "../../runtimes/index.js";
import type { LockedFile, LockedPackage } from "./pylock.js";
import { applyingPackages, type ApplyingPackage } from "../wheels/wheelChoice.js";

/**
 * Everything of the locked third-party packages that can reach an install for this target, one package a line, as canonical
 * text for a key. What only other platforms see is left out, and so are upload times, indexes and credentials: a file with a hash is its
 * hash, wherever it comes from. Local packages are not in it: they are built apart, and equal dependencies are to be equal.
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
    // A source archive only matters where no wheel comes before it.
    ...(wheels.length === 0 && sdist !== undefined ? [fileKey(sdist)] : []),
    ...(git === undefined ? [] : [git.commit]),
  ];
  return [name, version, kind, subdirectory, ...sources.sort()];
}

function fileKey(file: LockedFile): string {
  return `${file.filename} ${file.hash ?? file.location}`;
}
