import { setTimeout as delay } from "node:timers/promises";

/** In a preview: longer than most warm builds, and short enough not to keep a message back for long. */
const longestPreviewMs = 10_000;

/** In an update: others may be creating resources, which the engine would cut off. */
const longestUpdateMs = 60_000;

/** Time for the answers of the others to reach the engine, and for what depends on them to begin. */
const graceMs = 300;

/** Another component failed; nothing is wrong with this one. */
export class NotDeployed extends Error {
  constructor() {
    super("not deployed because of other errors");
  }
}

/**
 * The constructions under way. At the first failure the engine ends all of them and reports "the client connection
 * is closing" for each. So a failure is held back for a moment, until the others have reported their own errors.
 */
export class FailureGate {
  private readonly running = new Set<Promise<unknown>>();
  private hasFailed = false;
  /** Resolves when the failures that are held back may be reported, all together: the first one ends the others. */
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

  /** In an update, called before something is created: after a failure, the user would have to clean up more. */
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
