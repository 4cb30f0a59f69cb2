import * as pulumi from "@pulumi/pulumi";
import type { Reporter } from "../../lib/log.js";

const firstLineAfterMs = 2_000;
const nextLineAfterMs = 10_000;

/** Where lines appear: the live row of a resource, and its diagnostics. */
export interface Row {
  show(line: string): void;
  warn(line: string): void;
}

/** The row of a resource in the engine's display. Progress is shown live only; warnings stay. */
export function rowOf(resource: pulumi.Resource): Row {
  return {
    show: (line) => said(pulumi.log.info(line, resource, undefined, true)),
    warn: (line) => said(pulumi.log.warn(line, resource)),
  };
}

/** For messages that belong to no resource, such as those about a damaged store. */
export const programReporter: Reporter = {
  progress: () => undefined,
  warn: (message) => said(pulumi.log.warn(message)),
};

/** The engine may be gone by now; an unhandled rejection would fail every function that is under way. */
function said(line: Promise<void>): void {
  line.catch(() => undefined);
}

/** Shows progress sparingly: nothing in the first 2 s, then the latest line at most every 10 s. Repeats no warning. */
export class RowReporter implements Reporter {
  private latest: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private readonly warned = new Set<string>();

  constructor(private readonly row: Row) {
    this.pause(firstLineAfterMs);
  }

  progress(message: string): void {
    // Shared work continues for others when this one has failed.
    if (this.isOver) return;
    this.latest = message;
    if (this.timer === undefined) this.showLatest();
  }

  warn(message: string): void {
    if (this.warned.has(message)) return;
    this.warned.add(message);
    this.row.warn(message);
  }

  /** Ends the display, and drops a line that waits. */
  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.latest = undefined;
  }

  private showLatest(): void {
    if (this.latest === undefined) return;
    this.row.show(this.latest);
    this.latest = undefined;
    this.pause(nextLineAfterMs);
  }

  private pause(ms: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.showLatest();
    }, ms);
    this.timer.unref();
  }
}
