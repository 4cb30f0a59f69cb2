import { statSync, type BigIntStats } from "node:fs";

/**
 * How long a file must have been left alone when it is opened. The clock of a file system ticks every 10 ms at worst,
 * and two writes in one tick have the same time. Reading may take longer than that, so its end says nothing.
 */
export const SETTLED_MS = 100;

interface Known<T> {
  readonly look: string;
  readonly value: T;
  readonly weight: number;
}

/** What was read from files, as long as they look as they did when they were opened for that. The oldest go first. */
export class UnchangedFiles<T> {
  private readonly known = new Map<string, Known<T>>();
  private weight = 0;

  constructor(
    private readonly maxWeight: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Undefined if the file was not read, or may have changed since. */
  find(file: string): T | undefined {
    const known = this.known.get(file);
    return known !== undefined && known.look === lookAt(file) ? known.value : undefined;
  }

  /** What a file looks like that was opened just now. Undefined if a change might not show. */
  settledLook(opened: BigIntStats): string | undefined {
    const age = this.now() - Number(opened.ctimeNs / 1_000_000n);
    return age < SETTLED_MS || !hasFineTimes(opened) ? undefined : lookOf(opened);
  }

  /** `look`: the `settledLook` of the file before it was read. */
  keep(file: string, look: string | undefined, value: T, weight = 1): void {
    this.drop(file);
    if (look === undefined || weight > this.maxWeight) return;
    this.known.set(file, { look, value, weight });
    this.weight += weight;
    for (const oldest of this.known.keys()) {
      if (this.weight <= this.maxWeight) return;
      this.drop(oldest);
    }
  }

  private drop(file: string): void {
    this.weight -= this.known.get(file)?.weight ?? 0;
    this.known.delete(file);
  }
}

/** ctime changes with every write and cannot be set. Times are in nanoseconds, because much can happen in a second. */
export function lookOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

function lookAt(file: string): string | undefined {
  try {
    return lookOf(statSync(file, { bigint: true }));
  } catch {
    return undefined;
  }
}

/** Whether the file system keeps times precisely enough to distinguish one write from the next. */
function hasFineTimes({ ctimeNs }: BigIntStats): boolean {
  return ctimeNs % 1_000_000n !== 0n;
}
