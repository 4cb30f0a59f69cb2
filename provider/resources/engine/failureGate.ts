import { setTimeout as delay } from "node:timers/promises";

/** In a preview: longer than most warm builds, shorter than a user's patience with a message that is there already. */
const longestPreviewMs = 10_000;

/** In an update others may be creating, and what they have begun the engine would end anyway. */
const longestUpdateMs = 60_000;

/** What the answers of the others may take to reach the engine, and what depends on them to begin. */
const graceMs = 300;

/** Nothing is wrong with this one. */
export class NotDeployed extends Error {
  constructor() {
    super("not deployed, because of the errors of others");
  }
}

/**
 * The constructions under way. The engine ends all of them at the first failure and then blames each with "the client
 * connection is closing"; so a failure is held back for a moment, until the others have said what they have to say.
 */
export class FailureGate {
  private readonly running = new Set<Promise<unknown>>();
  private hasFailed = false;
  /** When the failures that are held back may be told, all together: the first one ends the others. */
  private quiet: Promise<void> | undefined;

  /** Resolves or rejects as `construction` does, but rejects only when the others have ended, or after a while. */
  async run<T>(construction: Promise<T>, isPreview: boolean): Promise<T> {
    this.running.add(construction);
    try {
      return await construction;
    } catch (error) {
      this.running.delete(construction);
      this.hasFailed = true;
      await this.othersEnd(isPreview ? longestPreviewMs : longestUpdateMs);
      throw error;
    } finally {
      this.running.delete(construction);
    }
  }

  /** In an update, before something is created: what is created after a failure is more for the user to clear away. */
  refuseAfterFailure(): void {
    if (this.hasFailed) throw new NotDeployed();
  }

  private othersEnd(longestWaitMs: number): Promise<void> {
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
