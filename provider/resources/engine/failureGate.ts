import { setTimeout as delay } from "node:timers/promises";

/** Longer than most warm builds, shorter than a user's patience with a message that is there already. */
const longestWaitMs = 10_000;

/** What the answers of the others may take to reach the engine, and what depends on them to begin. */
const graceMs = 300;

/**
 * The constructions under way. The engine ends all of them at the first failure and then blames each with "the client
 * connection is closing"; so a failure is held back for a moment, until the others have said what they have to say.
 */
export class FailureGate {
  private readonly running = new Set<Promise<unknown>>();
  /** When the failures that are held back may be told, all together: the first one ends the others. */
  private quiet: Promise<void> | undefined;

  /** Resolves or rejects as `construction` does; with `holdBack` it rejects only when the others have ended, or after 10 s. */
  async run<T>(construction: Promise<T>, holdBack: boolean): Promise<T> {
    this.running.add(construction);
    try {
      return await construction;
    } catch (error) {
      this.running.delete(construction);
      if (holdBack) await this.othersEnd();
      throw error;
    } finally {
      this.running.delete(construction);
    }
  }

  private othersEnd(): Promise<void> {
    if (this.quiet !== undefined) return this.quiet;
    if (this.running.size === 0) return Promise.resolve();
    const patience = new AbortController();
    const lost = delay(longestWaitMs, undefined, { signal: patience.signal }).catch(() => undefined);
    this.quiet = Promise.race([this.noneRuns(), lost]).finally(() => {
      patience.abort();
      this.quiet = undefined;
    });
    return this.quiet;
  }

  private async noneRuns(): Promise<void> {
    while (this.running.size > 0) {
      await Promise.allSettled(this.running);
      await delay(graceMs);
    }
  }
}
