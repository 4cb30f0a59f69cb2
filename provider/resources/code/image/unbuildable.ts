/** What to report when an image with this hash must be built. */
export interface Refusal {
  readonly problem: string;
  /** Set in a preview, which another machine may deploy: a warning instead of an error. */
  readonly warn: ((problem: string) => void) | undefined;
}

/**
 * Images that cannot be built on this machine. Only the engine knows whether one must be built, because it holds the
 * state. The check of the Build record asks here when the hash has changed, before any other resource of the
 * function.
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
