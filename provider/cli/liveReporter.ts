import type { Amount } from "../lib/log.js";
import { sizesText } from "../lib/messages/amounts.js";
import { clock, type Display } from "./lineReporter.js";

const redrawMs = 200;
const barWidth = 10;
/** Back to the first column, and clear the line. */
const clear = "\r\x1b[K";

/** A terminal on stderr. */
export interface Terminal {
  write(text: string): void;
  /** Columns of a line, now. */
  width(): number;
}

/**
 * The current phase is one line that is drawn again and again, with a bar where bytes are counted and the time since
 * the command began. Phases that are over stay above it, a line each, with the time at which they began.
 */
export class LiveReporter implements Display {
  private readonly began = performance.now();
  private readonly printed = new Set<string>();
  private phase: { readonly message: string; readonly line: string; amount: Amount | undefined } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly terminal: Terminal) {}

  progress(message: string, amount?: Amount): void {
    if (this.phase?.message === message) {
      this.phase.amount = amount;
      return;
    }
    // The amount belongs to an earlier phase, which goes on beside the current one.
    if (this.phase !== undefined && amount !== undefined && this.printed.has(message)) return;
    this.end();
    this.phase = { message, amount, line: `${clock(this.began)} ${message}` };
    this.draw();
    this.timer ??= setInterval(() => this.draw(), redrawMs).unref();
  }

  warn(message: string): void {
    const line = `warning: ${message}`;
    if (this.printed.has(line)) return;
    this.printed.add(line);
    this.terminal.write(`${this.phase === undefined ? "" : clear}${line}\n`);
    this.draw();
  }

  logLine(line: string): void {
    this.end();
    this.terminal.write(`${line}\n`);
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.phase === undefined) return;
    const { message, line } = this.phase;
    this.terminal.write(this.printed.has(message) ? clear : `${clear}${line}\n`);
    this.printed.add(message);
    this.phase = undefined;
  }

  private draw(): void {
    if (this.phase === undefined) return;
    const { message, amount } = this.phase;
    const counted = amount === undefined ? "" : `${bar(amount)} ${sizesText(amount)} `;
    const line = `${clock(this.began)} ${counted}${message}`;
    // A line that wraps could not be cleared.
    this.terminal.write(`${clear}${line.slice(0, Math.max(this.terminal.width() - 1, 10))}`);
  }
}

/** `[###.......]` */
function bar({ done, total }: Amount): string {
  const filled = total === 0 ? barWidth : Math.floor((barWidth * done) / total);
  return `[${"#".repeat(filled).padEnd(barWidth, ".")}]`;
}
