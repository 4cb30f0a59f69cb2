import type { Failure } from "./failure.js";

/** Some of several builds failed; what stdout gets holds the results of the others, too. */
export class FailedBuilds extends Error {
  constructor(
    readonly document: string,
    /** At least one. */
    readonly failures: readonly (Failure & { readonly name: string })[],
  ) {
    super(`${failures.length} of the builds failed`);
  }

  /** An interruption before others, then what the user is to fix. */
  get exitCode(): number {
    return Math.max(...this.failures.map(({ exitCode }) => exitCode));
  }
}
