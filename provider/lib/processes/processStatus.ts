import { readFileSync } from "node:fs";

/** What Linux tells of a process. */
export interface ProcessStatus {
  /** The kernel cuts it at 15 characters. */
  readonly name: string;
  /** Whether it has ended, and only its parent has not asked for its exit code yet. */
  readonly isOver: boolean;
  readonly parent: number;
  /** Ticks from the start of the machine to that of the process. */
  readonly started: string;
}

/** Undefined when the process is gone, or where there is no /proc. */
export function processStatus(pid: number): ProcessStatus | undefined {
  try {
    // `pid (name) state ppid ...`: the name may hold anything, brackets too. The start time is field 22.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    const fields = text.slice(end + 2).split(" ");
    const [state = "", parent, started] = [fields[0], fields[1], fields[19]];
    if (started === undefined) return undefined;
    const name = text.slice(text.indexOf("(") + 1, end);
    return { name, isOver: state === "Z" || state === "X", parent: Number(parent), started };
  } catch {
    return undefined;
  }
}

/** True for a zombie, too. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
