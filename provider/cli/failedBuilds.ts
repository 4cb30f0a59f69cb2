import type { Failure } from "./failure.js";

/** Some of several builds failed. The output on stdout contains the results of the others too. */
export class FailedBuilds extends Error {
  constructor(
    readonly document: string,
    /** At least one. */
    readonly failures: readonly (Failure & { readonly name: string })[],
  ) {
    super(`${failures.length} of the builds failed`);
  }

  /** An interruption comes first, then what the user must fix. */
  get exitCode(): number {
    return Math.max(...this.failures.map(({ exitCode }) => exitCode));
  }
}
