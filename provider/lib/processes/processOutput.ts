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

/**
 * How much is kept of the beginning and of the end of a child's messages. The beginning says what ran, the end has the
 * causes.
 */
const headBytes = 64 * 1024;
const tailBytes = 192 * 1024;
/** A cut drops at most this much, to end at a space: half a word could be half a secret. */
const wordBytes = 8 * 1024;

/** The beginning and the end of a child's output. However much it prints, little is kept and later searched. */
export class BoundedOutput {
  private readonly head: Buffer[] = [];
  private headSize = 0;
  private tail: Buffer[] = [];
  private tailSize = 0;
  private dropped = 0;

  add(chunk: Buffer): void {
    const forHead = chunk.subarray(0, headBytes - this.headSize);
    if (forHead.length > 0) {
      this.head.push(Buffer.from(forHead));
      this.headSize += forHead.length;
    }
    const rest = chunk.subarray(forHead.length);
    if (rest.length === 0) return;
    this.tail.push(rest);
    this.tailSize += rest.length;
    // Cutting only at twice the size keeps the cost of each byte constant.
    if (this.tailSize > 2 * tailBytes) this.cut();
  }

  text(): string {
    this.cut();
    const [head, tail] = [Buffer.concat(this.head), Buffer.concat(this.tail)];
    if (this.dropped === 0) return Buffer.concat([head, tail]).toString("utf8");
    const [shownHead, shownTail] = [head.subarray(0, lastSpace(head)), tail.subarray(firstSpace(tail))];
    const leftOut = this.dropped + head.length - shownHead.length + tail.length - shownTail.length;
    return `${shownHead.toString("utf8")}\n[${leftOut} bytes left out]\n${shownTail.toString("utf8")}`;
  }

  private cut(): void {
    const all = Buffer.concat(this.tail);
    const kept = all.subarray(Math.max(0, all.length - tailBytes));
    this.dropped += all.length - kept.length;
    this.tail = [kept];
    this.tailSize = kept.length;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

function firstSpace(bytes: Buffer): number {
  for (let i = 0; i < wordBytes; i++) if (isSpace(bytes[i])) return i;
  return Math.min(wordBytes, bytes.length);
}

function lastSpace(bytes: Buffer): number {
  for (let i = bytes.length; i > bytes.length - wordBytes; i--) if (isSpace(bytes[i - 1])) return i;
  return Math.max(0, bytes.length - wordBytes);
}

/** Characters after which an unfinished line is passed on as it is. */
const maxLine = 64 * 1024;

/** Cuts a stream of bytes into lines. A carriage return ends a line too, as in progress bars. Skips empty lines. */
export class LineSplitter {
  private readonly decoder = new StringDecoder("utf8");
  /** The unfinished line, in the pieces in which it arrived: no piece is searched for an end twice. */
  private pieces: string[] = [];
  private length = 0;

  constructor(private readonly onLine: ((line: string) => void) | undefined) {}

  add(chunk: Buffer): void {
    const lines = this.decoder.write(chunk).split(/[\r\n]/);
    for (const [i, line] of lines.entries()) {
      if (i > 0) this.flush();
      this.pieces.push(line);
      this.length += line.length;
    }
    if (this.length > maxLine) this.flush();
  }

  end(): void {
    this.pieces.push(this.decoder.end());
    this.flush();
  }

  private flush(): void {
    const line = this.pieces.join("");
    this.pieces = [];
    this.length = 0;
    if (line !== "") this.onLine?.(line);
  }
}
