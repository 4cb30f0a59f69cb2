/**
 * The check whether the lock is fresh, which runs beside the build. Nothing from the lock is built or stored before
 * `passed` resolves. Its failure is reported before any other, however late it comes.
 */
export class LockCheck {
  private answer: Promise<void> | undefined;

  /** Runs a build together with its check. Resolves when both have ended. */
  static async beside<T>(build: (lock: LockCheck) => Promise<T>): Promise<T> {
    const lock = new LockCheck();
    const [built] = await Promise.allSettled([build(lock)]);
    await lock.passed();
    if (built.status === "rejected") throw built.reason;
    return built.value;
  }

  start(check: () => Promise<void>): void {
    this.answer = check();
    // Steps that need the answer await it.
    this.answer.catch(() => undefined);
  }

  /** Rejects with the error of the check. */
  async passed(): Promise<void> {
    await this.answer;
  }
}
