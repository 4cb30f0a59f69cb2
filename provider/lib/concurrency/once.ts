/**
 * Runs the work of each key once; later calls share the promise. Failed work is forgotten, so that it can be tried
 * again.
 */
export type Once = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createOnce(): Once {
  const results = new Map<string, Promise<unknown>>();
  return <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const known = results.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const result = work();
    results.set(key, result);
    result.catch(() => results.delete(key));
    return result;
  };
}
