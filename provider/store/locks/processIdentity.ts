import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import * as os from "node:os";

export type OwnerState = "alive" | "dead" | "unknown";

/** Makes names that contain the process that made them, and tells whether that process still lives. */
export class ProcessIdentity {
  private readonly host = hostId();
  private readonly prefix = `${process.pid}-${startOf(process.pid) ?? 0}-${this.host}`;

  /** A unique name for a file or folder. */
  newName(): string {
    return `${this.prefix}-${randomBytes(6).toString("hex")}`;
  }

  /** Unknown: not such a name, or made on another machine or in another container. */
  stateOf(name: string): OwnerState {
    const [, pid, start, host] = /^(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{12}/.exec(name) ?? [];
    if (pid === undefined || host !== this.host) return "unknown";
    if (!exists(Number(pid))) return "dead";
    const since = startOf(Number(pid));
    // Process ids are reused. Start times are not, where the system tells them.
    return since === undefined || start === since ? "alive" : "dead";
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Ticks from boot to the start of a process; "-" for a zombie; undefined without /proc. */
function startOf(pid: number): string | undefined {
  const status = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The name in brackets may hold spaces and brackets. State is field 3, start time field 22.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  if (fields.length < 20) return undefined;
  return fields[0] === "Z" || fields[0] === "X" ? "-" : fields[19];
}

/** Two processes with the same host id can see each other's process ids: same machine, same boot, same container. */
function hostId(): string {
  const boot = readOrEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const space = readOrEmpty(() => readlinkSync("/proc/self/ns/pid"));
  return createHash("sha256").update([os.hostname(), boot, space].join("\n")).digest("hex").slice(0, 8);
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
