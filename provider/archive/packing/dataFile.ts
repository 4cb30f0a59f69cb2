import { createHash } from "node:crypto";
import * as fs from "node:fs";
import type { WrittenFile } from "./packer.js";

const WRITE_SIZE = 1024 * 1024;

/** A file that grows in large writes, hashed on the way. Synchronous: each write is one piece. */
export class DataFile {
  private readonly descriptor: number;
  private readonly hash = createHash("sha256");
  private readonly waiting = Buffer.allocUnsafe(WRITE_SIZE);
  private waitingSize = 0;
  private written = 0;
  private isOpen = true;

  constructor(readonly path: string) {
    this.descriptor = fs.openSync(path, "w");
  }

  /** Where the next byte lands. */
  get position(): number {
    return this.written + this.waitingSize;
  }

  /** Returns the offset of the bytes. The buffer may change afterwards. */
  append(bytes: Uint8Array): number {
    const { position } = this;
    for (let done = 0; done < bytes.length;) {
      const length = Math.min(bytes.length - done, WRITE_SIZE - this.waitingSize);
      this.waiting.set(bytes.subarray(done, done + length), this.waitingSize);
      this.waitingSize += length;
      done += length;
      if (this.waitingSize === WRITE_SIZE) this.flush();
    }
    return position;
  }

  end(): WrittenFile {
    try {
      this.flush();
    } finally {
      this.close();
    }
    return { path: this.path, sha256: this.hash.digest("hex"), size: this.written };
  }

  /** Removes the file: its bytes are not wanted. */
  discard(): void {
    this.close();
    fs.rmSync(this.path, { force: true });
  }

  private close(): void {
    if (this.isOpen) fs.closeSync(this.descriptor);
    this.isOpen = false;
  }

  private flush(): void {
    const bytes = this.waiting.subarray(0, this.waitingSize);
    this.hash.update(bytes);
    this.waitingSize = 0;
    for (let done = 0; done < bytes.length;) {
      const count = fs.writeSync(this.descriptor, bytes, done, bytes.length - done, this.written);
      done += count;
      this.written += count;
    }
  }
}
