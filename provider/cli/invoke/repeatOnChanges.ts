import { UvLambdaError } from "../../lib/errors.js";
import type { CommandContext } from "../command.js";
import { failureOf } from "../failure.js";
import { printable } from "../printable.js";
import { Changes } from "./changes.js";

/** What is watched: absolute paths. */
export interface Watched {
  /** A folder, with everything below it. */
  readonly root: string;
  /** Further files. */
  readonly files: readonly string[];
}

/**
 * Does `work` again after each change. Its errors are shown, and do not end this. Rejects with the signal's reason when
 * that aborts.
 */
export async function repeatOnChanges(
  { root, files }: Watched,
  { logLine, signal }: Pick<CommandContext, "logLine"> & { readonly signal: AbortSignal },
  work: () => Promise<void>,
): Promise<never> {
  let writtenByRun: ReadonlySet<string> = new Set();
  for (;;) {
    // Before the work, which must not miss an edit that is made meanwhile.
    const changes = new Changes(root, files);
    try {
      await work().catch((error: unknown) => {
        if (signal.aborted || !(error instanceof UvLambdaError)) throw error;
        const { message, hint } = failureOf(error, "uvlambda invoke --help");
        logLine(printable(`error: ${message}\n${hint}`));
      });
      const meanwhile = changes.seen;
      const edited = [...meanwhile].filter((file) => !writtenByRun.has(file));
      // What changes in two runs, one after the other, is what runs write themselves.
      writtenByRun = meanwhile;
      if (edited.length > 0) continue;
      logLine(`Waiting for a change in ${root}`);
      await changes.next(signal);
    } finally {
      changes.close();
    }
  }
}
