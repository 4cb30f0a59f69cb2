import type { Reporter } from "../lib/log.js";

/** A line for each thing that is said; what was said already is not repeated. */
export class LineReporter implements Reporter {
  private readonly said = new Set<string>();

  constructor(private readonly tell: (line: string) => void) {}

  progress(message: string): void {
    this.once(message);
  }

  warn(message: string): void {
    this.once(`warning: ${message}`);
  }

  private once(line: string): void {
    if (this.said.has(line)) return;
    this.said.add(line);
    this.tell(line);
  }
}
