import { asStrings } from "../../lib/toml.js";
import { lacksMetadata } from "../../project/lock/lockfile.js";
import { projectSettings } from "./machineFiles.js";

/** uv's preview feature that leaves `[package.metadata]` out of uv.lock. Without it, uv takes such a lock for stale. */
const feature = "lock-without-metadata";

interface LockedProject {
  readonly root: string;
  readonly lockText: string;
}

/**
 * The variables with which uv reads this lock as the uv that wrote it, whatever the machine sets. The variable replaces
 * the project's own `preview-features`, so it repeats them.
 */
export function lockFeatureVariables({ root, lockText }: LockedProject): Record<string, string> {
  if (!lacksMetadata(lockText)) return {};
  const { settings } = projectSettings(root);
  const features = settings["preview-features"];
  if (settings["preview"] === true || features === true) return {};
  return { UV_PREVIEW_FEATURES: [...new Set([...asStrings(features), feature])].join(",") };
}
