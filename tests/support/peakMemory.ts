import * as fs from "node:fs";

/**
 * Peak memory of this program, in KiB. On Linux, a child's `maxRSS` includes the peak of its parent, so this reads
 * `VmHWM`, which covers this program alone.
 */
export function peakKibibytes(): number {
  const { maxRSS } = process.resourceUsage();
  const status = process.platform === "linux" ? fs.readFileSync("/proc/self/status", "utf8") : "";
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? maxRSS);
}
