/** What to report when an image must be built. */
export interface Refusal {
  readonly problem: string;
  /** Set in a preview, which another machine may deploy: a warning instead of an error. */
  readonly warn: ((problem: string) => void) | undefined;
}

/** A Build record: its name, and the hash of what would be deployed. */
export interface RecordedBuild {
  readonly name: string;
  readonly outputHash: string;
}

/**
 * Images that cannot be built on this machine. Only the engine knows whether one must be built, because it holds the
 * state. It says so with the check of the Build record, and the function waits for that before it creates anything
 * else. The function fails then, not the check: at a failed check the engine cuts off all functions under way, and
 * blames each with "the client connection is closing".
 */
export class Unbuildable {
  private readonly refusals = new Map<string, Refusal>();
  private readonly refused = new Set<string>();

  add(build: RecordedBuild, refusal: Refusal): void {
    this.refusals.set(keyOf(build), refusal);
  }

  /** For an image that must be built. Whether it is refused; in a preview there is a warning instead. */
  refuses(build: RecordedBuild): boolean {
    const refusal = this.refusals.get(keyOf(build));
    if (refusal === undefined) return false;
    refusal.warn?.(refusal.problem);
    if (refusal.warn === undefined) this.refused.add(keyOf(build));
    return refusal.warn === undefined;
  }

  /** Why the image was refused. */
  refusalOf(build: RecordedBuild): string | undefined {
    return this.refused.has(keyOf(build)) ? this.refusals.get(keyOf(build))?.problem : undefined;
  }
}

function keyOf({ name, outputHash }: RecordedBuild): string {
  return `${name} ${outputHash}`;
}
