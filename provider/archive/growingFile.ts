import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import type { WrittenFile } from "./packing/packer.js";

const WRITE_SIZE = 1024 * 1024;

/**
 * A file that grows in large writes, hashed on the way. While another thread writes one piece, this one hashes it and
 * fills the next.
 */
export class GrowingFile {
  private readonly hash = createHash("sha256");
  private filling = Buffer.allocUnsafe(WRITE_SIZE);
  private spare = Buffer.allocUnsafe(WRITE_SIZE);
  private filled = 0;
  private handed = 0;
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly handle: fs.FileHandle) {}

  /** Creates the file, lets `write` fill it, and removes it when that fails. */
  static async create(path: string, write: (file: GrowingFile) => Promise<void>): Promise<WrittenFile> {
    const file = new GrowingFile(await fs.open(path, "w"));
    try {
      try {
        await write(file);
        await file.flush();
        await file.writing;
      } finally {
        await file.writing.catch(() => undefined);
        await file.handle.close();
      }
      return { path, sha256: file.hash.digest("hex"), size: file.handed };
    } catch (error) {
      await fs.rm(path, { force: true });
      throw error;
    }
  }

  /** Where the next byte lands. */
  get position(): number {
    return this.handed + this.filled;
  }

  /** Appends `size` bytes. `read` fills the buffer it is given with them, from byte `done` on. */
  async append(size: number, read: (buffer: Buffer, done: number) => void): Promise<void> {
    for (let done = 0; done < size;) {
      const length = Math.min(size - done, WRITE_SIZE - this.filled);
      read(this.filling.subarray(this.filled, this.filled + length), done);
      this.filled += length;
      done += length;
      if (this.filled === WRITE_SIZE) await this.flush();
    }
  }

  private async flush(): Promise<void> {
    const bytes = this.filling.subarray(0, this.filled);
    // Until then, the other buffer is in use.
    await this.writing;
    this.writing = this.writeAll(bytes, this.handed);
    this.writing.catch(() => undefined);
    this.hash.update(bytes);
    this.handed += bytes.length;
    this.filled = 0;
    [this.filling, this.spare] = [this.spare, this.filling];
  }

  private async writeAll(bytes: Buffer, start: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, start + done);
      done += bytesWritten;
    }
  }
}
