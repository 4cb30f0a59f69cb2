/** Runs tasks in the order of the calls, at most a fixed number at once. A rejected task frees its place. */
export type Limit = <T>(task: () => Promise<T>) => Promise<T>;

/** `concurrency`: a whole number, 1 or more. */
export function createLimit(concurrency: number): Limit {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency must be a whole number, 1 or more, not ${concurrency}`);
  }
  const waiting: (() => void)[] = [];
  let running = 0;

  async function enter(): Promise<void> {
    if (running < concurrency) {
      running++;
      return;
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    // The place is passed on, not freed: a new call must not slip in between.
    if (next) next();
    else running--;
  }

  return async (task) => {
    await enter();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
