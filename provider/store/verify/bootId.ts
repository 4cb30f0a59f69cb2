import { readFileSync } from "node:fs";

let known: { readonly id: string | undefined } | undefined;

/** Changes whenever the machine starts. Undefined where the system does not tell. */
export function bootId(): string | undefined {
  known ??= { id: read() };
  return known.id;
}

function read(): string | undefined {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
