import type { Amount, Reporter } from "../log.js";
import { readableSize } from "./readableSize.js";

/** Nobody reads faster, and a report costs more than the smallest file. */
const leastMs = 100;

/** Reports a phase whose bytes are counted: call the result with the bytes of each step. */
export function countBytes(reporter: Reporter, message: string, total: number, verb: string): (bytes: number) => void {
  let done = 0;
  let last = performance.now();
  reporter.progress(message, { done, total, verb });
  return (bytes) => {
    // Bytes that are read twice do not count beyond the total.
    done = Math.min(done + bytes, total);
    const now = performance.now();
    if (done < total && now - last < leastMs) return;
    last = now;
    reporter.progress(message, { done, total, verb });
  };
}

/** `12.3 MB of 45.6 MB` */
export function sizesText({ done, total }: Amount): string {
  return `${readableSize(done)} of ${readableSize(total)}`;
}

/** `12.3 MB of 45.6 MB downloaded` */
export function amountText(amount: Amount): string {
  return `${sizesText(amount)} ${amount.verb}`;
}
