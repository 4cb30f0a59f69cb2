import type { RunResult } from "../lib/processes/process.js";
import { runUv, type UvContext, type UvRun } from "./context.js";
import { readStderr } from "./errors/stderr.js";

/** uv's messages when only the network is missing. */
const needsNetwork =
  /connectivity is disabled|network was disabled|not found in the cache|wasn't found in the cache|--offline/i;

/**
 * Runs a command with uv's cache alone, and with the network only if that is missing. Even with a warm cache, uv
 * would ask the indexes again, and wait for them without a network.
 */
export async function runOfflineFirst(
  context: UvContext,
  args: readonly string[],
  run: UvRun,
  beforeRetry: () => Promise<void> = async () => {},
): Promise<RunResult> {
  // Before the first flag: after `--` it would be a file name.
  const flags = args.findIndex((arg) => arg.startsWith("-"));
  const offline = await runUv(context, [...args.slice(0, flags), "--offline", ...args.slice(flags)], run);
  if (offline.exitCode === 0 || !needsNetwork.test(readStderr(offline.stderr).flat)) return offline;
  await beforeRetry();
  return runUv(context, args, run);
}
