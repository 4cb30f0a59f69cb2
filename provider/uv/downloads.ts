import type { Amount } from "../lib/log.js";

const units = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** For large files, uv prints `Downloading numpy (16.1MiB)` and ` Downloaded numpy`, and nothing in between. */
const begun = /^\s*Downloading (\S+) \(([\d.]+)(B|KiB|MiB|GiB)\)$/;
const ended = /^\s*Downloaded (\S+)$/;

/** Adds up uv's messages about downloads. Returns the amount after such a line, and undefined after any other. */
export function downloadMeter(): (line: string) => Amount | undefined {
  const sizes = new Map<string, number>();
  const done = new Set<string>();
  return (line) => {
    const [, name, size, unit] = begun.exec(line) ?? [];
    const [, finished] = ended.exec(line) ?? [];
    if (name !== undefined) sizes.set(name, Number(size) * units[unit as keyof typeof units]);
    else if (finished !== undefined && sizes.has(finished)) done.add(finished);
    else return undefined;
    const sum = (names: Iterable<string>) => [...names].reduce((total, one) => total + (sizes.get(one) ?? 0), 0);
    return { done: sum(done), total: sum(sizes.keys()), verb: "downloaded" };
  };
}
