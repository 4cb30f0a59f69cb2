import { amountText } from "../lib/messages/amounts.js";
import type { Amount, Reporter } from "../lib/log.js";

/** A phase that lasts is reported again at this interval. */
const againAfterMs = 30_000;

/** Shows what a command does, until it ends. */
export interface Display extends Reporter {
  /** Prints a line unchanged: it is neither progress nor a warning. */
  logLine(line: string): void;
  /** Ends the current phase. Further calls begin another one. */
  end(): void;
}

/** For files and CI: a line for each phase, with the time since the command began. Lines are not repeated. */
export class LineReporter implements Display {
  private readonly printed = new Set<string>();
  private readonly began = performance.now();
  private phase: { readonly message: string; amount: Amount | undefined } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly write: (line: string) => void) {}

  progress(message: string, amount?: Amount): void {
    if (this.phase?.message === message) {
      this.phase.amount = amount;
      return;
    }
    this.phase = { message, amount };
    this.timer ??= setInterval(() => this.printAgain(), againAfterMs).unref();
    this.timer.refresh();
    if (this.isNew(message)) this.write(`${clock(this.began)} ${message}`);
  }

  warn(message: string): void {
    const line = `warning: ${message}`;
    if (this.isNew(line)) this.write(line);
  }

  logLine(line: string): void {
    this.write(line);
  }

  end(): void {
    this.phase = undefined;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private printAgain(): void {
    if (this.phase === undefined) return;
    const { message, amount } = this.phase;
    this.write(`${clock(this.began)} ${message}${amount === undefined ? "" : ` (${amountText(amount)})`}`);
  }

  private isNew(line: string): boolean {
    if (this.printed.has(line)) return false;
    this.printed.add(line);
    return true;
  }
}

/** `[12.3 s]`: the time since `began`, of `performance.now()`. */
export function clock(began: number): string {
  return `[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s]`;
}
