import { setTimeout as delay } from "node:timers/promises";

/** Longer than most warm builds, shorter than a user's patience with a message that is there already. */
const longestWaitMs = 10_000;

/** What the answers of the others may take to reach the engine. */
const graceMs = 300;

/**
 * The constructions under way. The engine ends all of them at the first failure and then blames each with "the client
 * connection is closing"; so a failure is held back for a moment, until the others have said what they have to say.
 */
export class Constructions {
  private readonly running = new Set<Promise<unknown>>();

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

  private async othersEnd(): Promise<void> {
    if (this.running.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestWaitMs);
    });
    await Promise.race([Promise.allSettled(this.running).then(() => delay(graceMs)), patience]);
    clearTimeout(timer);
  }
}
