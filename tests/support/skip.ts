/**
 * Skips the test or the group of `context` and says why. There is no other way to skip, and nothing else says that
 * something was left out: tests/unit/skips.test.ts.
 */
export function skip(context: Mocha.Context, why: string): never {
  sayLeftOut(why);
  return context.skip();
}

/** Skips if there is a reason to. */
export function skipIf(context: Mocha.Context, why: string | undefined): void {
  if (why !== undefined) skip(context, why);
}

/** For a test that goes on without a part that this machine cannot do. */
export function sayLeftOut(why: string): void {
  console.log(`      skipped: ${why}`);
}
