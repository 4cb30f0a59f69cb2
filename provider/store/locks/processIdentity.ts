import { randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import * as os from "node:os";
import { sha256Hex } from "../../lib/hash.js";
import { isRunning, processStatus } from "../../lib/processes/processStatus.js";
import { bootId } from "../verify/bootId.js";

export type OwnerState = "alive" | "dead" | "unknown";

/** Makes names that contain the process that made them, and tells whether that process still lives. */
export class ProcessIdentity {
  private readonly host = hostId();
  private readonly prefix = `${process.pid}-${processStatus(process.pid)?.started ?? 0}-${this.host}`;

  /** A unique name for a file or folder. */
  newName(): string {
    return `${this.prefix}-${randomBytes(6).toString("hex")}`;
  }

  /** Unknown: not such a name, or made on another machine or in another container. */
  stateOf(name: string): OwnerState {
    const [, pid, start, host] = /^(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f]{12}/.exec(name) ?? [];
    if (pid === undefined || host !== this.host) return "unknown";
    if (!isRunning(Number(pid))) return "dead";
    const status = processStatus(Number(pid));
    // Process ids are reused. Start times are not, where the system tells them.
    return status === undefined || (start === status.started && !status.isOver) ? "alive" : "dead";
  }
}

/** Two processes with the same host id can see each other's process ids: same machine, same boot, same container. */
function hostId(): string {
  return sha256Hex([os.hostname(), bootId() ?? "", processNamespace()].join("\n")).slice(0, 8);
}

/** Empty where the system does not tell. */
function processNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
