import { StringDecoder } from "node:string_decoder";

/** All that a child printed. */
export class OutputBuffer {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  /** Returns the bytes held so far. */
  add(chunk: Buffer): number {
    this.chunks.push(chunk);
    this.size += chunk.length;
    return this.size;
  }

  text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }
}

/** The last bytes that a child printed. */
export class OutputTail {
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly max: number) {}

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    // Cutting only when twice too much is held keeps the cost of each byte constant.
    if (this.size > 2 * this.max) this.cut();
  }

  text(): string {
    this.cut();
    return Buffer.concat(this.chunks).toString("utf8");
  }

  private cut(): void {
    const all = Buffer.concat(this.chunks);
    const tail = all.subarray(Math.max(0, all.length - this.max));
    this.chunks = [tail];
    this.size = tail.length;
  }
}

/** Characters after which a line that does not end is passed on as it is. */
const maxLine = 64 * 1024;

/** Cuts a stream of bytes into lines; a carriage return, as progress bars use it, ends one too. Empty lines are left out. */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  private rest = "";

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  add(chunk: Buffer): void {
    this.emit((this.rest + this.decoder.write(chunk)).split(/[\r\n]+/), false);
  }

  end(): void {
    this.emit([this.rest + this.decoder.end()], true);
  }

  private emit(lines: string[], last: boolean): void {
    const unfinished = lines.at(-1) ?? "";
    this.rest = last || unfinished.length > maxLine ? "" : unfinished;
    if (this.rest !== "") lines.pop();
    for (const line of lines) if (line !== "") this.onLine?.(line);
  }
}
