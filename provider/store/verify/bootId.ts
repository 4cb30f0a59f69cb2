import { readFileSync } from "node:fs";

/** Changes whenever the machine starts. Undefined where the system does not tell. */
export function bootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
