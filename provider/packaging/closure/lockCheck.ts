/**
 * The question whether a build's lock is fresh, asked beside the build. Nothing of the lock is built or stored before
 * `passed` resolves, and its failure is told before any other, however late it came.
 */
export class LockCheck {
  private answer: Promise<void> | undefined;

  /** Runs a build with a check of its own. Both have ended before this does. */
  static async beside<T>(build: (lock: LockCheck) => Promise<T>): Promise<T> {
    const lock = new LockCheck();
    const [built] = await Promise.allSettled([build(lock)]);
    await lock.passed();
    if (built.status === "rejected") throw built.reason;
    return built.value;
  }

  start(check: () => Promise<void>): void {
    this.answer = check();
    // Whoever needs the answer asks for it.
    this.answer.catch(() => undefined);
  }

  /** Rejects with what the check found. */
  async passed(): Promise<void> {
    await this.answer;
  }
}
