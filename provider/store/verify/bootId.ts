import { readFileSync } from "node:fs";

const id = readBootId();

/** Changes whenever the machine starts. Undefined where the system does not tell. */
export function bootId(): string | undefined {
  return id;
}

function readBootId(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
