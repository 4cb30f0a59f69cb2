/** What is to be said when an image that has this hash must be built. */
export interface Refusal {
  readonly problem: string;
  /** Set in a preview, which another machine may deploy: it is said, and refuses nothing. */
  readonly warn: ((problem: string) => void) | undefined;
}

/**
 * Images that cannot be built on this machine. Whether one must be built only the engine knows, as it holds the state: the
 * check of the Build record, which comes before everything else of a function, asks here when the hash is another one.
 */
export class Unbuildable {
  private readonly refusals = new Map<string, Refusal>();

  add(outputHash: string, refusal: Refusal): void {
    this.refusals.set(outputHash, refusal);
  }

  /** The problem of a build that must not begin. */
  problemOf(outputHash: unknown): string | undefined {
    const refusal = typeof outputHash === "string" ? this.refusals.get(outputHash) : undefined;
    if (refusal?.warn === undefined) return refusal?.problem;
    refusal.warn(refusal.problem);
    return undefined;
  }
}
