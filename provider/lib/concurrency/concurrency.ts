export interface Limits {
  /** How many items are worked on at once. */
  readonly parallel: number;
  /**
   * Limit of the total weight of all items that are in work, wait for the consumer or are with the consumer. One item
   * is always allowed.
   */
  readonly maxWeight: number;
}

/**
 * Works on several items at once, and yields the results in the order of the items. When one fails, no further item
 * is started, and the error is thrown after those under way have ended.
 */
export async function* mapInOrder<T, R>(
  items: readonly T[],
  limits: Limits,
  weigh: (item: T) => number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting: { result: Promise<R>; weight: number }[] = [];
  let next = 0;
  let active = 0;
  let weight = 0;
  const startMore = () => {
    for (let item = items[next]; next < items.length && active < limits.parallel; item = items[next]) {
      const itemWeight = weigh(item as T);
      if (waiting.length > 0 && weight + itemWeight > limits.maxWeight) return;
      next++;
      active++;
      weight += itemWeight;
      const result = work(item as T).finally(() => active--);
      waiting.push({ result, weight: itemWeight });
      result.then(startMore, () => {
        next = items.length;
      });
    }
  };
  try {
    startMore();
    while (waiting.length > 0) {
      const first = waiting[0] as (typeof waiting)[number];
      yield await first.result;
      // Only now has the consumer finished with it.
      waiting.shift();
      weight -= first.weight;
      startMore();
    }
  } finally {
    next = items.length;
    await Promise.allSettled(waiting.map((w) => w.result));
  }
}

/** Works on several items at once. The results are in the order of the items. */
export async function mapParallel<T, R>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const limits = { parallel, maxWeight: Number.POSITIVE_INFINITY };
  for await (const result of mapInOrder(items, limits, () => 0, work)) results.push(result);
  return results;
}
