import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UvLambdaError } from "../../lib/errors.js";
import { codeOf, creatingParent, namesIn } from "../files.js";
import type { ProcessIdentity } from "./processIdentity.js";

/*
 * A lock is a file that names its holder. It only saves work: entries are correct because they are renamed into
 * place. A lock that is lost or taken over by mistake costs a second build and nothing else.
 */

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which a wait ends with TIMEOUT. Default: never. */
  readonly timeoutMs?: number | undefined;
  /** Called once, when another process holds the lock, with a text that names the holder and the lock. */
  readonly onWait?: ((holder: string) => void) | undefined;
}

const pollMs = 50;
const heartbeatMs = 5_000;
/** A living holder touches its lock. A holder that has not done so for this long is stopped, or its machine is gone. */
const frozenMs = 30_000;
/** A lock is empty only between two system calls of its maker. */
const emptyMs = 2_000;

/** Takes the lock and returns how to give it back, or undefined when somebody holds it. */
export async function tryLock(file: string, identity: ProcessIdentity): Promise<(() => void) | undefined> {
  const content = identity.newName();
  try {
    // Synchronous, so that the file is empty as briefly as possible.
    await creatingParent(file, async () => writeFileSync(file, content, { flag: "wx", mode: 0o600 }));
  } catch (error) {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  }
  const heartbeat = setInterval(() => touch(file), heartbeatMs).unref();
  return () => {
    clearInterval(heartbeat);
    removeIfHolds(file, content);
  };
}

/** Takes the lock, waiting for others. */
export async function lock(file: string, identity: ProcessIdentity, options: WaitOptions = {}): Promise<() => void> {
  const turn = new LockWait(file, identity, options);
  for (;;) {
    const release = await tryLock(file, identity);
    if (release) return release;
    await turn.next();
  }
}

/** Waits for one lock in pauses. Removes the lock when its holder is gone. */
export class LockWait {
  private hasReported = false;
  private readonly since = performance.now();
  private seen = "";
  private seenAt = 0;

  constructor(
    private readonly file: string,
    private readonly identity: ProcessIdentity,
    private readonly options: WaitOptions = {},
  ) {}

  /** Rejects with CANCELLED when the signal aborts, and with TIMEOUT when the wait takes too long. */
  async next(): Promise<void> {
    if (this.options.signal?.aborted) throw new UvLambdaError("CANCELLED", "The build was cancelled.");
    if (this.removeStale()) return;
    if (!this.hasReported) this.options.onWait?.(this.holder());
    this.hasReported = true;
    const { timeoutMs } = this.options;
    if (timeoutMs !== undefined && performance.now() - this.since > timeoutMs) throw this.tooLong(timeoutMs);
    await sleep(pollMs);
  }

  private holder(): string {
    const content = look(this.file)?.content ?? "";
    const pid = /^\d+/.exec(content)?.[0];
    const where = this.identity.stateOf(content) === "unknown" ? " of another machine or container" : "";
    return `${pid === undefined ? "another process" : `process ${pid}${where}`} holds the lock ${this.file}`;
  }

  private tooLong(timeoutMs: number): UvLambdaError {
    return new UvLambdaError("TIMEOUT", `Waited ${timeoutMs / 1000} s for a lock: ${this.holder()}.`, {
      hint: "To fix this, end that process, or set UVLAMBDA_TIMEOUT to more seconds.",
    });
  }

  isHeld(): boolean {
    return look(this.file) !== undefined;
  }

  private removeStale(): boolean {
    const found = look(this.file);
    if (!found) return true;
    if (found.state !== this.seen) {
      this.seen = found.state;
      this.seenAt = performance.now();
    }
    // Measured with this machine's clock since the last change: the other machine's clock may be wrong.
    if (performance.now() - this.seenAt < staleAfter(found.content, this.identity)) return false;
    removeIfHolds(this.file, found.content);
    return true;
  }
}

/** Milliseconds without a change after which a lock with this content is stale. */
export function staleAfter(content: string, identity: ProcessIdentity): number {
  if (content === "") return emptyMs;
  return identity.stateOf(content) === "dead" ? 0 : frozenMs;
}

/** Removes the locks in a folder whose holders were killed, even before they could write their names. */
export async function removeDeadLocks(folder: string, identity: ProcessIdentity, now: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    const found = look(file);
    if (found === undefined) continue;
    const isOver = found.content === "" ? now - found.mtimeMs > frozenMs : identity.stateOf(found.content) === "dead";
    if (isOver) removeIfHolds(file, found.content);
  }
}

function look(file: string): { content: string; mtimeMs: number; state: string } | undefined {
  try {
    const status = statSync(file);
    const { ino, mtimeMs } = status;
    // Opening a FIFO would wait. Only a regular file names a holder.
    const content = status.isFile() ? readFileSync(file, "utf8") : "";
    return { content, mtimeMs, state: `${ino} ${mtimeMs} ${content}` };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Removes the lock unless it has changed hands. */
function removeIfHolds(file: string, content: string): void {
  if (look(file)?.content === content) rmSync(file, { recursive: true, force: true });
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Somebody took the lock for stale; the work goes on without it.
  }
}
