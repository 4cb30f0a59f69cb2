import * as pulumi from "@pulumi/pulumi";
import { amountText } from "../../lib/messages/amounts.js";
import type { Amount, Reporter } from "../../lib/log.js";

const firstLineAfterMs = 2_000;
const nextLineAfterMs = 10_000;
const patientAfterMs = 60_000;
const patientLineAfterMs = 60_000;

/** Where lines appear: the live row of a resource, and its diagnostics. */
export interface Row {
  show(line: string): void;
  warn(line: string): void;
}

/** The row of a resource in the engine's display. Progress is shown live only; warnings stay. */
export function rowOf(resource: pulumi.Resource): Row {
  return {
    show: (line) => logged(pulumi.log.info(line, resource, undefined, true)),
    warn: (line) => logged(pulumi.log.warn(line, resource)),
  };
}

/** For messages that belong to no resource, such as those about a damaged store. */
export const programReporter: Reporter = {
  progress: () => undefined,
  warn: (message) => logged(pulumi.log.warn(message)),
};

/** The engine may be gone by now; an unhandled rejection would fail every function that is under way. */
function logged(line: Promise<void>): void {
  line.catch(() => undefined);
}

/**
 * Shows progress sparingly: nothing in the first 2 s, then the latest phase at most every 10 s, with its amount and the
 * time since the build began. After the first minute, a phase that lasts is shown once a minute, because each line
 * stays in the log of a CI job. Repeats no warning.
 */
export class RowReporter implements Reporter {
  private phase: { readonly message: string; readonly amount: Amount | undefined } | undefined;
  private shown: { readonly message: string; readonly at: number } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private readonly warned = new Set<string>();
  private readonly began: number;

  constructor(
    private readonly row: Row,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
    this.pause(firstLineAfterMs);
  }

  progress(message: string, amount?: Amount): void {
    // Shared work continues for others when this one has failed.
    if (this.isOver) return;
    this.phase = { message, amount };
    if (this.timer === undefined) this.showPhase(this.phase);
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
    this.phase = undefined;
  }

  private showPhase({ message, amount }: NonNullable<typeof this.phase>): void {
    const now = this.now();
    if (this.shown?.message !== message || this.isDue(now, this.shown.at)) {
      const seconds = `${Math.round((now - this.began) / 1000)} s`;
      this.row.show(`${message} (${amount === undefined ? "" : `${amountText(amount)}, `}${seconds})`);
      this.shown = { message, at: now };
    }
    this.pause(nextLineAfterMs);
  }

  private isDue(now: number, last: number): boolean {
    return now - last >= (now - this.began > patientAfterMs ? patientLineAfterMs : nextLineAfterMs);
  }

  private pause(ms: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.phase !== undefined) this.showPhase(this.phase);
    }, ms);
    this.timer.unref();
  }
}
