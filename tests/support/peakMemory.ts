import * as fs from "node:fs";

/**
 * What this program held at most, in KiB. Linux hands the peak of the parent on to a child's `maxRSS`, so there `VmHWM`
 * is read, which is of this program alone.
 */
export function peakKibibytes(): number {
  const { maxRSS } = process.resourceUsage();
  const status = process.platform === "linux" ? fs.readFileSync("/proc/self/status", "utf8") : "";
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? maxRSS);
}
