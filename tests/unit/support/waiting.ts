import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is true. Fails with a description when it takes longer than any machine needs. */
export async function until(what: string, isTrue: () => boolean, seconds = 30): Promise<void> {
  for (let left = seconds * 50; !isTrue(); left--) {
    if (left === 0) throw new Error(`after ${seconds} s it was still not so: ${what}`);
    await sleep(20);
  }
}

/** Whether a process runs. A zombie does not. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`not a process: ${pid}`);
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/stat`;
  if (!existsSync("/proc/self/stat")) return true;
  return existsSync(status) && !/\) [ZX] /.test(readFileSync(status, "utf8"));
}

/** Waits for the end of a process, for as many seconds as `until`. */
export async function untilEnded(pid: number, seconds?: number): Promise<void> {
  await until(`process ${pid} ended`, () => !isAlive(pid), seconds);
}
